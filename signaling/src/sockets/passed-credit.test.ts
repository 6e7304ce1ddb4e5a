/** Credit as signaling counts it. The numbers are SPEC.md's: 64 KiB at first, 256 KiB ahead at most. */
import { expect, test } from "vitest";
import { PassedCredit } from "./passed-credit.ts";

test("the first 64 KiB need no credit, one byte more does", () => {
  const credit = new PassedCredit();
  expect(credit.pass(65_536)).toBe(true);
  expect(credit.pass(1)).toBe(false);
  expect(credit.grant(65_537)).toBe(true);
  expect(credit.pass(1)).toBe(true);
});

test("credit is absolute: repeated or smaller, it changes nothing", () => {
  const credit = new PassedCredit();
  for (const limitBytes of [70_000, 70_000, 0]) expect(credit.grant(limitBytes)).toBe(true);
  expect(credit.pass(70_000)).toBe(true);
  expect(credit.pass(1)).toBe(false);
});

test("credit may be 256 KiB ahead of what has passed, whatever number it is", () => {
  const credit = new PassedCredit();
  expect(credit.grant(262_145)).toBe(false);
  expect(credit.grant(262_144)).toBe(true);
  expect(credit.pass(100_000)).toBe(true);
  expect(credit.grant(362_144)).toBe(true);
  expect(credit.grant(362_145)).toBe(false);
  expect(credit.grant(2 ** 63)).toBe(false);
});
