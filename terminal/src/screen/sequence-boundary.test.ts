import { expect, test } from "vitest";
import { SequenceBoundary } from "./sequence-boundary.ts";

const pendingAfter = (hex: string): number => {
  const boundary = new SequenceBoundary();
  boundary.feed(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  return boundary.pendingBytes;
};

test.each([
  ["", 0, "nothing"],
  ["61 62", 0, "plain text"],
  ["61 c3", 1, "half of a character"],
  ["61 c3 a9", 0, "a whole one"],
  ["f0 9f 99", 3, "three quarters of one"],
  ["f0 9f 99 82", 0, "all of it"],
  ["c3 61", 0, "a broken one, then text"],
  ["1b", 1, "ESC alone"],
  ["1b 5b 33", 3, "a control sequence without its end"],
  ["1b 5b 33 31 6d", 0, "with it"],
  ["1b 5d 30 3b 61", 5, "a title that goes on"],
  ["1b 5d 30 3b c3", 5, "half a character of a title"],
  ["1b 5d 30 3b 61 07", 0, "ended by BEL"],
  ["1b 5d 30 3b 61 1b", 6, "half of its end"],
  ["1b 5d 30 3b 61 1b 5c", 0, "ended by ST"],
  ["1b 50 71 61", 4, "a device string"],
  ["1b 50 71 18", 0, "cancelled"],
  ["1b 28", 2, "a character set without its name"],
  ["1b 28 42", 0, "with it"],
  ["c2 9b 31", 3, "a control sequence begun by C1"],
  ["c2 9b 31 6d", 0, "ended"],
  ["1b 5b 1b 5b 41", 0, "begun anew"],
])("%s leaves %i bytes unfinished: %s", (hex, pending) => {
  expect(pendingAfter(hex)).toBe(pending);
});

test("it counts alike in pieces", () => {
  const bytes = Buffer.from("a\x1b]0;é\x07b\x1b[1;31m🙂", "utf8");
  const boundary = new SequenceBoundary();
  for (const byte of bytes) boundary.feed(Uint8Array.of(byte));
  expect(boundary.pendingBytes).toBe(0);
});
