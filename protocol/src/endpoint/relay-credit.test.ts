import { expect, test } from "vitest";
import { RelayCredit } from "./relay-credit.ts";

const KiB = 1024;

test("credit is 64 KiB at first, and rises by what is taken in steps of half a window", () => {
  const credit = new RelayCredit();
  expect(credit.receive(64 * KiB)).toBe(true);
  expect(credit.take(31 * KiB)).toBeUndefined();
  expect(credit.take(KiB)).toBe(96 * KiB);
  expect(credit.receive(32 * KiB)).toBe(true);
  expect(credit.receive(1)).toBe(false);
});

test("a side that keeps up gives up to 256 KiB ahead, and no more", () => {
  const credit = new RelayCredit();
  const ahead: number[] = [];
  for (let taken = 16 * KiB; taken < 4_096 * KiB; taken += 16 * KiB) {
    credit.receive(16 * KiB);
    const limit = credit.take(16 * KiB);
    if (limit !== undefined) ahead.push((limit - taken) / KiB);
  }
  expect(ahead.slice(0, 3)).toEqual([128, 256, 256]);
  expect(Math.max(...ahead)).toBe(256);
});

test("a side whose messages pile up unopened gives no larger window", () => {
  const credit = new RelayCredit();
  credit.receive(64 * KiB);
  expect(credit.take(32 * KiB)).toBe(96 * KiB);
  credit.receive(32 * KiB);
  expect(credit.take(32 * KiB)).toBe(128 * KiB);
});

test("what is received and not taken gives no credit, however much it is", () => {
  const credit = new RelayCredit();
  for (let received = 0; received < 64 * KiB; received += KiB) expect(credit.receive(KiB)).toBe(true);
  expect(credit.receive(1)).toBe(false);
});
