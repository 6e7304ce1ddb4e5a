import { expect, test } from "vitest";
import { partsToRemove } from "./pruning.ts";
import { segmentAt, segmentName, segmentsIn } from "./segment-name.ts";

const rules = { maxBytes: 100, maxAgeMs: 1_000, nowMs: 10_000 };
const part = (name: string, sizeBytes: number, ageMs: number) => ({ name, sizeBytes, modifiedMs: 10_000 - ageMs });

test.each([
  [[part("a", 40, 900), part("b", 40, 500), part("c", 20, 0)], [], "all fits and is young"],
  [[part("a", 40, 900), part("b", 40, 500), part("c", 21, 0)], ["a"], "one byte too much takes the oldest"],
  [[part("a", 40, 900), part("b", 90, 500), part("c", 40, 0)], ["a", "b"], "until the rest fits"],
  [[part("a", 1, 1_001), part("b", 1, 500), part("c", 1, 0)], ["a"], "an old one goes however small"],
  [[part("a", 1, 500), part("b", 1, 2_000), part("c", 1, 0)], [], "nothing goes while one before it stays"],
  [[part("a", 500, 9_000)], [], "what is being written stays"],
  [[], [], "nothing"],
])("%j: remove %j (%s)", (parts, names) => {
  expect(partsToRemove(parts, rules)).toEqual(names);
});

test("names sort as offsets do, and lead back to them", () => {
  const starts = [0, 9, 10, 4_194_304, 2 ** 40];
  const names = starts.map((start) => segmentName({ start, isCompressed: start === 9 }));
  expect([...names].sort()).toEqual(names);
  expect(segmentsIn(names.toReversed()).map(({ start }) => start)).toEqual(starts);
});

test("other files are no segments, and a plain one counts before its compressed copy", () => {
  const names = [
    "session.json",
    "0000000000000000.log.gz.part",
    "0000000000000000.log.gz",
    "0000000000000000.log",
    "0000000000000010.log.gz",
    "10.log",
  ];
  expect(segmentsIn(names)).toEqual([
    { start: 0, isCompressed: false },
    { start: 10, isCompressed: true },
  ]);
});

test("an offset is in the last segment that begins before it", () => {
  const segments = segmentsIn(["0000000000000010.log", "0000000000000020.log"]);
  expect([9, 10, 19, 20, 99].map((offset) => segmentAt(segments, offset)?.start)).toEqual([undefined, 10, 10, 20, 20]);
});
