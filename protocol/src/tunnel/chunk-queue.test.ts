import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkQueue } from "./chunk-queue.ts";

const step = fc.oneof(
  fc.record({ type: fc.constant("push" as const), length: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ type: fc.constant("drop" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    type: fc.constant("copy" as const),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(80),
  }),
);

describe("a chunk queue", () => {
  it("reads at every kept offset what was pushed, whatever was dropped before", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new ChunkQueue();
        for (const each of steps) {
          const kept = queue.end - queue.start;
          if (each.type === "push") {
            const start = queue.end;
            queue.push(Uint8Array.from({ length: each.length }, (_, index) => (start + index) & 0xff));
          } else if (each.type === "drop") {
            queue.dropBefore(queue.start + Math.floor(kept * each.share));
          } else {
            const offset = queue.start + Math.floor(kept * each.from);
            const target = new Uint8Array(Math.min(each.length, queue.end - offset));
            queue.copyTo(target, offset);
            expect([...target]).toEqual([...target.keys()].map((index) => (offset + index) & 0xff));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("keeps nothing after clear and goes on at the same offset", () => {
    const queue = new ChunkQueue();
    queue.push(new Uint8Array(10));
    queue.clear();
    expect([queue.start, queue.end]).toEqual([10, 10]);
    expect(() => queue.copyTo(new Uint8Array(1), 5)).toThrow(RangeError);
  });
});
