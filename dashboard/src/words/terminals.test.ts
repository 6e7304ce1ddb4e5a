import { expect, it } from "vitest";
import { shortName, terminalTone, watcherWords } from "./terminals.ts";

it.each([
  ["culvert::notes::primary", "notes"],
  ["culvert::notes::logs", "notes · logs"],
  ["something else", "something else"],
  ["a::b::c::d", "a::b::c::d"],
])("calls %s %s", (name, words) => {
  expect(shortName(name)).toBe(words);
});

it.each([
  [0, 0, ""],
  [1, 0, "1 page shows it"],
  [2, 1, "2 pages show it, 1 terminal attached"],
  [0, 3, "3 terminals attached"],
])("says who looks: %i pages, %i terminals", (viewers, attached, words) => {
  expect(watcherWords({ viewers, attached })).toBe(words);
});

it("has a sign for each state", () => {
  expect((["active", "quiet", "ended"] as const).map(terminalTone)).toEqual(["ready", "connecting", "offline"]);
});
