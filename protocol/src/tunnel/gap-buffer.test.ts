import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GapBuffer } from "./gap-buffer.ts";

/** Byte at an offset of the stream that the parts are cut from. */
const byteAt = (offset: number): number => (offset * 37 + 11) & 0xff;
const part = (offset: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => byteAt(offset + index));

describe("a gap buffer", () => {
  it("gives back each byte once, in order, whatever overlaps and however it came", () => {
    const pieces = fc.array(
      fc.record({ offset: fc.integer({ min: 1, max: 3_000 }), length: fc.integer({ min: 1, max: 1_500 }) }),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const gaps = new GapBuffer();
        const held = new Set<number>();
        for (const { offset, length } of list) {
          gaps.insert(offset, part(offset, length));
          for (let at = offset; at < offset + length; at++) held.add(at);
          const ranges = gaps.ranges(Number.POSITIVE_INFINITY);
          expect(gaps.rangeCount).toBe(ranges.length);
          expect(ranges.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(held.size);
        }
        const first = gaps.ranges(1)[0];
        if (first === undefined) return;
        const taken = gaps.takeFrom(first.from).flatMap((bytes) => [...bytes]);
        expect(taken).toEqual([...part(first.from, first.to - first.from)]);
        expect(gaps.ranges(1)[0]?.from ?? Number.POSITIVE_INFINITY).toBeGreaterThan(first.to);
        expect(gaps.rangeCount).toBe(gaps.ranges(Number.POSITIVE_INFINITY).length);
      }),
      { numRuns: 150 },
    );
  });

  it("does not keep a whole message alive for a few bytes", () => {
    const gaps = new GapBuffer();
    gaps.insert(10, new Uint8Array(16_384).subarray(0, 5));
    const [bytes] = gaps.takeFrom(10);
    expect(bytes?.buffer.byteLength).toBe(5);
  });
});
