import { expect, test } from "vitest";
import { keyCode, withControl } from "./key-codes.ts";

test.each([
  ["c", "\x03"],
  ["C", "\x03"],
  ["[", "\x1b"],
  [" ", "\0"],
  ["?", "\x7f"],
  ["ab", "\x01b"],
  ["é", "é"],
  ["1", "1"],
  ["", ""],
])("Ctrl with %j types %j", (text, typed) => {
  expect(withControl(text)).toBe(typed);
});

test("cursor keys follow the mode that a program asked for", () => {
  expect([keyCode("up", false), keyCode("up", true), keyCode("left", false)]).toEqual(["\x1b[A", "\x1bOA", "\x1b[D"]);
  expect([keyCode("escape", true), keyCode("tab", true)]).toEqual(["\x1b", "\t"]);
});
