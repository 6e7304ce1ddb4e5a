import { expect, test } from "vitest";
import { clipped, tableLines } from "./text-table.ts";

test("columns are as wide as their widest cell on a terminal, colours and wide characters counted as they show", () => {
  const red = "\u001b[31mno\u001b[39m";
  expect(
    tableLines([
      ["web", "ready", "a"],
      ["日本", red, ""],
    ]),
  ).toEqual(["web   ready  a", `日本  ${red}`]);
});

test.each([
  ["short", 5, "short"],
  ["longer", 5, "long…"],
  ["日本語", 5, "日本…"],
  ["日本語", 4, "日…"],
])("%s in %i columns is %s", (text, columns, shown) => {
  expect(clipped(text, columns)).toBe(shown);
});
