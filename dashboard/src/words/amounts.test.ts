import { expect, it } from "vitest";
import { countedWords, shareWords, sizeWords } from "./amounts.ts";

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [820_400, "820 kB"],
  [999_499, "999 kB"],
  [999_500, "1.0 MB"],
  [4_130_000, "4.1 MB"],
  [9_960_000, "10 MB"],
  [214_748_364_800, "215 GB"],
  [5e15, "5000 TB"],
])("says %i bytes as %s", (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

it.each([
  [0, 0, "0 %"],
  [0, 7, "0 %"],
  [7, 7, "100 %"],
  [1, 1_000, "<1 %"],
  [999, 1_000, ">99 %"],
  [2, 3, "67 %"],
])("says %i of %i as %s", (part, whole, words) => {
  expect(shareWords(part, whole)).toBe(words);
});

it("counts one thing as one, and thousands so that they can be read", () => {
  expect([countedWords(1, "session"), countedWords(0, "session"), countedWords(12_345, "session")]).toEqual([
    "1 session",
    "0 sessions",
    "12,345 sessions",
  ]);
});
