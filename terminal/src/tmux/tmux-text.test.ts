import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ControlLines } from "./control-lines.ts";
import { argument, formatText, pipeCommand, shellWord } from "./tmux-text.ts";

const nasty = ["plain", "a b", "it's", "$(id)", "`id`", "a;b", "x\\", '"', "#{pane_id}", "%H", "*", "~", "-n", "é"];

test("a shell reads its words as they are, whatever is in them", () => {
  const read = execFileSync("/bin/sh", ["-c", `printf '%s|' ${nasty.map(shellWord).join(" ")}`], { encoding: "utf8" });
  expect(read).toBe(nasty.map((word) => `${word}|`).join(""));
});

test("no word of a shell line breaks the line", () => {
  expect(() => shellWord("a\nid")).toThrow(RangeError);
});

test.each([
  ["a;", "a\\;"],
  ["a;b", "a;b"],
  ["a", "a"],
])("the argument %j is written %j", (text, written) => {
  expect(argument(text)).toBe(written);
});

test("formats and times in a path stay as they are", () => {
  expect(formatText("a#{pane_id}")).toBe("a##{pane_id}");
  expect(pipeCommand(["/n", "/a#b%H"])).toBe("exec '/n' '/a##b%%H'");
});

const transcript = [
  "%begin 1 271 0",
  "%end 1 271 0",
  "%session-changed $0 a",
  "%begin 2 276 1",
  "%0 a",
  "%end 1 1 1",
  "%end 2 276 1",
  "%layout-change @0 x",
  "%begin 2 277 1",
  "can't find pane: %9",
  "%error 2 277 1",
  "%exit gone",
  "",
].join("\n");
const events = [
  { type: "reply", isError: false, lines: ["%0 a", "%end 1 1 1"] },
  { type: "reply", isError: true, lines: ["can't find pane: %9"] },
  { type: "exit", reason: "gone" },
];

test("replies to this client come out in order, however the text is cut", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), (pieceLength) => {
      const lines = new ControlLines();
      const read = [];
      for (let at = 0; at < transcript.length; at += pieceLength) {
        read.push(...lines.push(transcript.slice(at, at + pieceLength)));
      }
      expect(read).toEqual(events);
    }),
  );
});
