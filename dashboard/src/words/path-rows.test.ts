import type { AppViewPath } from "@culvert/browser-client";
import { expect, test } from "vitest";
import { rateWords, shownPaths } from "./path-rows.ts";

const path = (changes: Partial<AppViewPath>): AppViewPath => ({
  ...{ pathId: 2, kind: "direct", isTrusted: true, rttMs: 52, carries: "all" },
  ...{ sentBytesPerSecond: 0, receivedBytesPerSecond: 0, sentBytes: 0, receivedBytes: 0 },
  ...changes,
});

test.each([
  [0, "0 kB/s"],
  [999, "0 kB/s"],
  [1_400, "1 kB/s"],
  [820_000, "820 kB/s"],
  [999_499, "999 kB/s"],
  [999_500, "1.0 MB/s"],
  [4_120_000, "4.1 MB/s"],
  [9_950_000, "10 MB/s"],
])("%d bytes a second are %s", (bytesPerSecond, words) => {
  expect(rateWords(bytesPerSecond)).toBe(words);
});

test("paths of a kind are one row, the best kind first, and what carries nothing stands by", () => {
  const rows = shownPaths([
    path({ pathId: 1, kind: "relay", carries: "none", rttMs: 61 }),
    path({ pathId: 2, carries: "bulk", receivedBytesPerSecond: 4_000_000, rttMs: 80 }),
    path({ pathId: 3, carries: "interactive", receivedBytesPerSecond: 120_000, sentBytesPerSecond: 12_000 }),
  ]);
  expect(rows).toEqual([
    {
      ...{
        kind: "direct",
        title: "Direct × 2",
        role: "",
        tone: "ready",
        down: "4.1 MB/s",
        up: "12 kB/s",
        rtt: "52 ms",
      },
      exactRates: "4120000 bytes/s down, 12000 bytes/s up",
    },
    {
      ...{
        kind: "relay",
        title: "Relay",
        role: "standing by",
        tone: "ready",
        down: "0 kB/s",
        up: "0 kB/s",
        rtt: "61 ms",
      },
      exactRates: "0 bytes/s down, 0 bytes/s up",
    },
  ]);
});

test("a kind of which nothing moves says so, one that was never measured has no round trip", () => {
  const [row] = shownPaths([path({ isTrusted: false, rttMs: undefined })]);
  expect([row?.role, row?.tone, row?.rtt]).toEqual(["not answering", "degraded", ""]);
  expect(shownPaths([])).toEqual([]);
});
