import type { AppViewPath } from "@culvert/browser-client";
import { expect, test } from "vitest";
import { PathHistory } from "./path-history.ts";

const path = (changes: Partial<AppViewPath> = {}): AppViewPath => ({
  ...{ pathId: 2, kind: "direct", isTrusted: true, rttMs: 12, carries: "all" },
  ...{ sentBytesPerSecond: 100, receivedBytesPerSecond: 900, sentBytes: 0, receivedBytes: 0 },
  ...changes,
});

test("keeps the shortest round trip and the rates of each kind", () => {
  const history = new PathHistory();
  history.note([path(), path({ pathId: 3, rttMs: 9 }), path({ pathId: 1, kind: "relay", rttMs: undefined })], 1_000);
  expect(history.samples).toEqual([
    {
      atMs: 1_000,
      rttMs: { direct: 9, turn: null, relay: null },
      rate: { direct: 2_000, turn: null, relay: 1_000 },
    },
  ]);
});

test("takes one sample each half second, the latest, and forgets after two minutes", () => {
  const history = new PathHistory();
  for (let atMs = 0; atMs <= 300_000; atMs += 100) history.note([path({ rttMs: atMs })], atMs);
  const times = history.samples.map(({ atMs }) => atMs);
  expect(times.length).toBeLessThanOrEqual(240);
  expect(times.length).toBeGreaterThan(100);
  expect(times.at(-1)).toBe(300_000);
  expect(times[0]).toBeGreaterThanOrEqual(180_000);
  expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
});
