/** The bucket: a start plus a rate. */
import { expect, test } from "vitest";
import { ByteBudget } from "./byte-budget.ts";

test("the start may be spent at once and not a byte more", () => {
  const budget = new ByteBudget(262_144, 65_536, 0);
  expect(budget.take(262_144, 0)).toBe(true);
  expect(budget.take(1, 0)).toBe(false);
});

test("it fills by its rate, never above the start", () => {
  const budget = new ByteBudget(1_000, 60, 0);
  expect(budget.take(1_000, 0)).toBe(true);
  expect(budget.take(31, 30_000)).toBe(false);
  expect(budget.take(30, 30_000)).toBe(true);
  expect(budget.take(1_001, 10 * 3_600_000)).toBe(false);
  expect(budget.take(1_000, 10 * 3_600_000)).toBe(true);
});

test("a clock that steps back gives nothing", () => {
  const budget = new ByteBudget(100, 60_000, 1_000_000);
  expect(budget.take(100, 1_000_000)).toBe(true);
  expect(budget.take(1, 0)).toBe(false);
});
