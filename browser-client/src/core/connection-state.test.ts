import type { PathStatus } from "@culvert/protocol/endpoint";
import { expect, test } from "vitest";
import { bestPath } from "./connection-state.ts";

const path = (pathId: number, changes: Partial<PathStatus> = {}): PathStatus => ({
  ...{ pathId, kind: "direct", state: "active", rttMs: 50, sentBytes: 0, receivedBytes: 0 },
  ...changes,
});

const shown = (...paths: PathStatus[]) => bestPath(paths, true)?.pathId;

test("the best kind is shown, whatever is faster", () => {
  expect(shown(path(1, { kind: "relay", rttMs: 5 }), path(2, { kind: "turn", rttMs: 20 }), path(3))).toBe(3);
});

test("of several of a kind the one that answers soonest is shown, one that was never measured last", () => {
  expect(shown(path(2, { rttMs: undefined }), path(3, { rttMs: 319 }), path(4, { rttMs: 54 }))).toBe(4);
});

test("a relay that may not carry the app is never shown, nor a path that is gone", () => {
  expect(bestPath([path(1, { kind: "relay" }), path(2, { state: "dead" })], false)).toBeUndefined();
});
