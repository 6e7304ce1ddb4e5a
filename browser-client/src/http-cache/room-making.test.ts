import { expect, it } from "vitest";
import { maxEntries, surplusOf } from "./room-making.ts";

const uses = [
  { url: "b", sizeBytes: 40, usedAtMs: 2 },
  { url: "a", sizeBytes: 40, usedAtMs: 1 },
  { url: "c", sizeBytes: 10, usedAtMs: 3 },
];

it("drops nothing while there is room", () => {
  expect(surplusOf(uses, 10, 100)).toEqual([]);
});

it("drops what was used longest ago, and a little more than must be", () => {
  expect(surplusOf(uses, 11, 100)).toEqual(["a"]);
  expect(surplusOf(uses, 45, 100)).toEqual(["a", "b"]);
});

it("drops where there are too many, however small", () => {
  const many = Array.from({ length: maxEntries }, (_, index) => ({
    url: String(index),
    sizeBytes: 0,
    usedAtMs: -index,
  }));
  const dropped = surplusOf(many, 1, 100);
  expect(dropped[0]).toBe(String(maxEntries - 1));
  expect(dropped.length).toBe(maxEntries * 0.1 + 1);
});
