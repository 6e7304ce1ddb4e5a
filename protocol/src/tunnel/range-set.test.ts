import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RangeSet } from "./range-set.ts";

const step = fc.record({
  type: fc.constantFrom("add" as const, "delete" as const),
  from: fc.nat(40),
  length: fc.nat(15),
});

describe("a range set", () => {
  it("holds exactly the numbers of a plain set, in sorted ranges that do not touch", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ranges = new RangeSet();
        const plain = new Set<number>();
        for (const { type, from, length } of steps) {
          ranges[type](from, from + length);
          for (let value = from; value < from + length; value++) plain[type](value);
        }
        for (let value = 0; value < 60; value++) expect(ranges.has(value)).toBe(plain.has(value));
        for (const [index, range] of ranges.ranges.entries()) {
          expect(range.from).toBeLessThan(range.to);
          expect(range.from).toBeGreaterThan(ranges.ranges[index - 1]?.to ?? -1);
        }
        expect(ranges.isEmpty).toBe(plain.size === 0);
      }),
      { numRuns: 500 },
    );
  });
});
