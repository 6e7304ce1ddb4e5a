import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8Bytes } from "./utf8.ts";

test.each([
  ["", 0],
  ["abc", 3],
  ["ä", 2],
  ["€", 3],
  ["😀", 4],
  ["\ud800", 3],
  ["\udc00x", 4],
])("%j takes %i bytes", (text, bytes) => {
  expect(utf8Bytes(text)).toBe(bytes);
});

test("it counts as the encoder does", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(utf8Bytes(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});
