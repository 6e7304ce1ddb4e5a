import { TunnelError } from "@culvert/protocol";
import type { EndpointEvent, PathStatus, TunnelState } from "@culvert/protocol/endpoint";
import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, test } from "vitest";
import { PathUpkeep } from "./path-upkeep.ts";

/** A tunnel as an upkeep sees it. */
function fakeTunnel() {
  const listeners = new Set<(event: EndpointEvent) => void>();
  let state: TunnelState = "attached";
  let paths: PathStatus[] = [];
  const status = (pathId: number): PathStatus => ({
    pathId,
    kind: "direct",
    state: "active",
    rttMs: undefined,
    sentBytes: 0,
    receivedBytes: 0,
  });
  const tell = (event: EndpointEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  return {
    get state() {
      return state;
    },
    paths: () => paths,
    onEvent(listener: (event: EndpointEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    up(pathId: number) {
      paths = [...paths, status(pathId)];
    },
    lose(pathId: number) {
      paths = paths.filter((path) => path.pathId !== pathId);
      tell({ type: "path-down", path: status(pathId), code: "network", reason: "gone" });
    },
    end() {
      state = "closed";
      tell({ type: "closed", error: new TunnelError("closed", "over") });
    },
  };
}

function stage(outcomes: readonly (number | "fails")[]) {
  const tunnel = fakeTunnel();
  const clock = createFakeClock();
  const left = [...outcomes];
  const attempts: number[] = [];
  const failures: string[] = [];
  const upkeep = new PathUpkeep({
    tunnel,
    clock,
    random: () => 1,
    open: async () => {
      attempts.push(clock.nowMs());
      const outcome = left.shift();
      if (typeof outcome !== "number") throw new TunnelError("network", "no way");
      tunnel.up(outcome);
      return outcome;
    },
    onFailed: ({ code }) => failures.push(code),
  });
  return { tunnel, clock, attempts, failures, upkeep };
}

describe("a path that is kept", () => {
  test("is opened at once, and again at once when it is lost after a while", async () => {
    const { tunnel, clock, attempts } = stage([2, 3]);
    await clock.advance(60_000);
    tunnel.lose(2);
    await clock.settle();
    expect(attempts).toEqual([0, 60_000]);
  });

  test("is tried again with growing waits", async () => {
    const { clock, attempts, failures } = stage(["fails", "fails", 2]);
    await clock.advance(60_000);
    expect(attempts).toEqual([0, 500, 1_500]);
    expect(failures).toEqual(["network", "network"]);
  });

  test("waits where it was lost soon after it came up", async () => {
    const { tunnel, clock, attempts } = stage([2, 3]);
    await clock.settle();
    tunnel.lose(2);
    await clock.settle();
    expect(attempts).toEqual([0]);
    await clock.advance(500);
    expect(attempts).toEqual([0, 500]);
  });

  test("ends with its tunnel and with stop, and leaves no timer", async () => {
    const ended = stage(["fails", 2]);
    const stopped = stage(["fails", 2]);
    await ended.clock.settle();
    await stopped.clock.settle();
    ended.tunnel.end();
    stopped.upkeep.stop();
    await ended.clock.advance(60_000);
    await stopped.clock.advance(60_000);
    expect([ended.attempts, stopped.attempts]).toEqual([[0], [0]]);
    expect([ended.clock.pendingTimers(), stopped.clock.pendingTimers()]).toEqual([0, 0]);
  });
});
