import type { AppViewPath } from "@culvert/browser-client";
import { expect, test } from "vitest";
import { connectionFigures } from "./connection-figures.ts";

const path: AppViewPath = {
  ...{ pathId: 2, kind: "direct", isTrusted: true, rttMs: 12, carries: "all" },
  ...{ sentBytesPerSecond: 0, receivedBytesPerSecond: 0, sentBytes: 120_400, receivedBytes: 4_100_000 },
};

test("says what is open and what was carried", () => {
  const figures = { requests: 3, webSockets: 1, eventStreams: 0, soFar: 1_312 };
  expect(connectionFigures(figures, [path, path])).toEqual([
    ["Streams open", "3 requests, 1 WebSocket", ""],
    ["Requests so far", "1,312", ""],
    ["Carried by these paths", "8.2 MB down, 241 kB up", "8200000 and 240800 bytes"],
  ]);
  expect(connectionFigures(undefined, []).map(([, words]) => words)).toEqual(["none", "0", "0 bytes down, 0 bytes up"]);
});
