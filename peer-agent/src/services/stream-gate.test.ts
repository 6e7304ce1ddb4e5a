import { expect, test } from "vitest";
import { StreamGate } from "./stream-gate.ts";

test("no more than its places run at once, in order, and each place is given back", async () => {
  const gate = new StreamGate(2);
  const ends: (() => void)[] = [];
  const began: number[] = [];
  const runs = [0, 1, 2, 3].map((index) =>
    gate.run(() => {
      began.push(index);
      return new Promise((resolve) => ends.push(resolve));
    }),
  );
  expect([began, gate.taken]).toEqual([[0, 1], 2]);
  ends[1]?.();
  await runs[1];
  await Promise.resolve();
  expect(began).toEqual([0, 1, 2]);
  for (const index of [0, 2]) ends[index]?.();
  await runs[0];
  await Promise.resolve();
  ends[3]?.();
  await Promise.all(runs);
  expect([began, gate.taken]).toEqual([[0, 1, 2, 3], 0]);
});

test("what fails gives its place back too", async () => {
  const gate = new StreamGate(1);
  await expect(gate.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(gate.taken).toBe(0);
});
