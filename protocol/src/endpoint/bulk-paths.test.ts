import { expect, test } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { BulkPaths } from "./bulk-paths.ts";
import type { EndpointEvent, PathStatus } from "./endpoint-api.ts";

const MiB = 1024 * 1024;

/** A tunnel as it looks from here, with one direct path; `flow` lets bulk run at this rate for each path that carries it. */
function stage(open: (tunnel: { up(kind?: PathStatus["kind"]): number }) => Promise<number>) {
  const clock = createFakeClock();
  const listeners = new Set<(event: EndpointEvent) => void>();
  const kinds = new Map<number, PathStatus["kind"]>([[2, "direct"]]);
  const dropped: number[] = [];
  let nextPathId = 3;
  let rate = 0;
  const status = (pathId: number, kind: PathStatus["kind"]): PathStatus => ({
    ...{ pathId, kind, state: "active", rttMs: 55, shortestRttMs: 50, sentBytes: 0, receivedBytes: 0 },
    receivedBytesPerSecond: rate,
  });
  const paths = () => [...kinds].map(([pathId, kind]) => status(pathId, kind));
  const tell = (event: EndpointEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const down = (pathId: number) => {
    const kind = kinds.get(pathId);
    if (!kinds.delete(pathId) || kind === undefined) return;
    tell({ type: "path-down", path: status(pathId, kind), code: "closed", reason: "" });
  };
  const up = (kind: PathStatus["kind"] = "direct") => {
    nextPathId += 1;
    kinds.set(nextPathId, kind);
    return nextPathId;
  };
  let attempts = 0;
  const bulk = new BulkPaths({
    tunnel: {
      state: "attached",
      paths,
      onEvent(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      dropPath(pathId) {
        dropped.push(pathId);
        down(pathId);
      },
    },
    clock,
    open: () => {
      attempts += 1;
      return open({ up });
    },
  });
  const flow = async (seconds: number, bytesPerSecond: number) => {
    rate = bytesPerSecond;
    for (let sample = 0; sample < seconds * 2; sample += 1) {
      await clock.advance(500);
      tell({ type: "traffic", paths: paths() });
      await clock.settle();
    }
  };
  return { clock, bulk, flow, down, up, kinds, dropped, attempts: () => attempts, listeners };
}

test("paths come with bulk and go some time after it; the first one stays", async () => {
  const { clock, flow, kinds, dropped } = stage(async ({ up }) => up());
  await flow(10, 1.4 * MiB);
  expect(kinds.size).toBe(8);
  await flow(0.5, 0);
  await clock.advance(14_000);
  expect(kinds.size).toBe(8);
  await clock.advance(1_000);
  expect([...kinds.keys()]).toEqual([2]);
  expect(dropped.length).toBe(7);
  expect(clock.pendingTimers()).toBe(0);
});

test("a path that was lost while bulk lasts is replaced", async () => {
  const { flow, kinds, down } = stage(async ({ up }) => up());
  await flow(10, 1.4 * MiB);
  down(4);
  down(5);
  await flow(1, 1.4 * MiB);
  expect(kinds.size).toBe(8);
});

test("no path is added while there is none: that is its keeper's to do", async () => {
  const { flow, kinds, down, attempts } = stage(async ({ up }) => up());
  await flow(2, 2 * MiB);
  const before = attempts();
  for (const pathId of [...kinds.keys()]) down(pathId);
  await flow(2, 2 * MiB);
  expect(attempts()).toBe(before);
});

test("attempts that fail are not repeated at once", async () => {
  const { flow, kinds, attempts } = stage(async () => Promise.reject(new Error("no route")));
  await flow(10, 2 * MiB);
  expect(kinds.size).toBe(1);
  expect(attempts()).toBeLessThanOrEqual(3);
});

test("an added path that leads over a TURN server is given up again, and no other tried for a while", async () => {
  const { flow, kinds, attempts } = stage(async ({ up }) => up("turn"));
  await flow(10, 2 * MiB);
  expect([...kinds.keys()]).toEqual([2]);
  expect(attempts()).toBeLessThanOrEqual(3);
});

test("the last data channel is never dropped, whoever opened it", async () => {
  const { clock, flow, kinds, down } = stage(async ({ up }) => up());
  await flow(2, 2 * MiB);
  const [, own] = [...kinds.keys()];
  for (const pathId of [...kinds.keys()]) if (pathId !== own) down(pathId);
  await flow(0.5, 0);
  await clock.advance(20_000);
  expect([...kinds.keys()]).toEqual([own]);
});

test("after stop nothing is opened, no timer is left and nobody listens", async () => {
  const { clock, bulk, flow, attempts, listeners } = stage(async ({ up }) => up());
  await flow(2, 2 * MiB);
  const before = attempts();
  bulk.stop();
  await flow(10, 2 * MiB);
  expect([attempts(), listeners.size, clock.pendingTimers()]).toEqual([before, 0, 0]);
});
