import { expect, test } from "vitest";
import { printable, spokenDuration } from "./spoken.ts";

test.each([
  [0.4, "0 ms"],
  [999.4, "999 ms"],
  [999.5, "1 s"],
  [119_000, "119 s"],
  [120_000, "2 min"],
  [3_599_000, "59 min"],
  [3_600_000, "1 h"],
  [7_800_000, "2 h 10 min"],
  [172_800_000, "2 days"],
])("%d ms is %s", (durationMs, words) => {
  expect(spokenDuration(durationMs)).toBe(words);
});

test("what a terminal would obey is taken out of foreign words", () => {
  expect(printable("a\u001b[2Jb\u009b1m\n")).toBe("a [2Jb 1m ");
});
