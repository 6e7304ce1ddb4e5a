import fc from "fast-check";
import { expect, test } from "vitest";
import { OutputCursor } from "./output-cursor.ts";
import { encodeFrame, FrameReader, type OutputFrame } from "./output-frame.ts";

const sequence = fc.nat(2 ** 31).map((low) => low * 1024);
const frame: fc.Arbitrary<OutputFrame> = fc.oneof(
  fc.record({
    type: fc.constant("screen" as const),
    sequence,
    columns: fc.integer({ min: 0, max: 65_535 }),
    rows: fc.integer({ min: 0, max: 65_535 }),
    screen: fc.string({ unit: "grapheme" }),
  }),
  fc.record({ type: fc.constant("output" as const), sequence, bytes: fc.uint8Array() }),
  fc.record({ type: fc.constant("status" as const), json: fc.json() }),
  fc.record({ type: fc.constant("beat" as const), sequence }),
);

test("an output frame's bytes are as the table says", () => {
  const bytes = encodeFrame({ type: "output", sequence: 2 ** 32 + 5, bytes: Buffer.from("hi") });
  expect(Buffer.from(bytes).toString("hex")).toBe("020000000a00000001000000056869");
});

test("a screen frame's bytes are as the table says", () => {
  const bytes = encodeFrame({ type: "screen", sequence: 1, columns: 80, rows: 24, screen: "é" });
  expect(Buffer.from(bytes).toString("hex")).toBe("010000000e000000000000000100500018c3a9");
});

test("frames come out as they went in, in whatever pieces they arrive", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (frames, pieceBytes) => {
      const bytes = Buffer.concat(frames.map(encodeFrame));
      const reader = new FrameReader();
      const read: OutputFrame[] = [];
      for (let at = 0; at < bytes.length; at += pieceBytes)
        read.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
      const plain = (each: OutputFrame) => (each.type === "output" ? { ...each, bytes: [...each.bytes] } : each);
      expect(read.map(plain)).toEqual(frames.map(plain));
    }),
  );
});

test.each([
  ["0000000000", "no type"],
  ["0500000000", "a type of the future"],
  ["02000000070000000000000000", "output without its whole sequence"],
  ["02ffffffff", "a length past every frame"],
  ["0400000008ffffffffffffffff", "a sequence past every transcript"],
])("%s is refused: %s", (hex) => {
  expect(() => new FrameReader().push(Buffer.from(hex, "hex"))).toThrow(RangeError);
});

test("whatever is sent twice, every byte is written once and in order", () => {
  const text = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz");
  const spans = fc.array(fc.tuple(fc.nat(text.length), fc.nat(text.length)));
  fc.assert(
    fc.property(spans, (pairs) => {
      const cursor = new OutputCursor();
      cursor.take({ type: "screen", sequence: 0, columns: 80, rows: 24, screen: "" });
      let written = "";
      for (const [from, to] of [...pairs, [0, text.length] as const]) {
        const step = cursor.take({ type: "output", sequence: from, bytes: text.subarray(from, Math.max(from, to)) });
        if (step.type === "write") written += Buffer.from(step.bytes).toString();
        expect(cursor.lastSequence).toBe(written.length);
      }
      expect(written).toBe(text.toString());
    }),
  );
});

test("a gap is never written over, and a beat past the end shows one", () => {
  const cursor = new OutputCursor();
  expect(cursor.take({ type: "output", sequence: 0, bytes: Buffer.from("a") })).toEqual({ type: "gap" });
  cursor.take({ type: "screen", sequence: 10, columns: 80, rows: 24, screen: "" });
  expect(cursor.take({ type: "output", sequence: 11, bytes: Buffer.from("a") })).toEqual({ type: "gap" });
  expect(cursor.take({ type: "beat", sequence: 11 })).toEqual({ type: "gap" });
  expect(cursor.take({ type: "beat", sequence: 10 })).toEqual({ type: "nothing" });
  expect(cursor.lastSequence).toBe(10);
});
