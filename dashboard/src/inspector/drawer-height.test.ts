import { expect, test } from "vitest";
import { fittingHeight, heightBounds, keepHeight, keptHeight } from "./drawer-height.ts";

test.each([
  [300, 900, 300],
  [10, 900, 160],
  [880, 900, 720],
  [300, 150, 160],
])("%i px in a window of %i are %i", (wanted, window, height) => {
  expect(fittingHeight(wanted, window)).toBe(height);
});

test("it comes back as it was left", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  };
  expect(keptHeight(storage, 900, false)).toBe(320);
  expect(keptHeight(storage, 800, true)).toBe(480);
  keepHeight(storage, 410);
  expect(keptHeight(storage, 900, false)).toBe(410);
  keepHeight(storage, Number.NaN);
  expect(keptHeight(storage, 900, false)).toBe(320);
  expect(heightBounds(900)).toEqual({ leastPx: 160, mostPx: 720 });
});
