/** When a keeper opens a path, when it waits, and what it leaves behind; on a fake clock over a tunnel that only tells. */
import { describe, expect, test } from "vitest";
import { TunnelError } from "../errors.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import type { EndpointEvent, PathStatus, TunnelState } from "./endpoint-api.ts";
import { PathKeeper } from "./path-keeper.ts";

/** A tunnel as a keeper sees it. */
class ToldTunnel {
  state: TunnelState = "attached";
  readonly closed: number[] = [];
  readonly #listeners = new Set<(event: EndpointEvent) => void>();
  readonly #paths = new Map<number, PathStatus>();

  paths(): PathStatus[] {
    return [...this.#paths.values()];
  }

  onEvent(listener: (event: EndpointEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  up(pathId: number, kind: PathStatus["kind"] = "direct"): void {
    const path: PathStatus = { pathId, kind, state: "active", rttMs: 1, sentBytes: 0, receivedBytes: 0 };
    this.#paths.set(pathId, path);
    this.#tell({ type: "path-up", path });
  }

  trust(pathId: number, state: "active" | "suspect"): void {
    const path = { ...this.#path(pathId), state };
    this.#paths.set(pathId, path);
    this.#tell({ type: "path-trust", path });
  }

  lose(pathId: number, hasAnswered = true): void {
    const path: PathStatus = { ...this.#path(pathId), state: "dead", rttMs: hasAnswered ? 1 : undefined };
    this.#paths.delete(pathId);
    this.#tell({ type: "path-down", path, code: "network", reason: "gone" });
  }

  closePath(pathId: number): void {
    this.closed.push(pathId);
    this.lose(pathId);
  }

  end(): void {
    this.state = "closed";
    this.#tell({ type: "closed", error: new TunnelError("closed", "over") });
  }

  #path(pathId: number): PathStatus {
    const path = this.#paths.get(pathId);
    if (path === undefined) throw new Error(`no path ${pathId}`);
    return path;
  }

  #tell(event: EndpointEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** A keeper whose attempts come up after 100 ms as paths 2, 3, 4 …; `outcomes` says what becomes of the first ones. */
function stage(outcomes: readonly ("comes" | "fails" | "hangs")[] = [], sort: "channel" | "relay" = "channel") {
  const tunnel = new ToldTunnel();
  const clock = createFakeClock();
  if (sort === "relay") tunnel.up(1, "relay");
  const attempts: number[] = [];
  const failures: string[] = [];
  let lastPathId = 1;
  const keeper = new PathKeeper({
    ...{ tunnel, clock, sort, backOffMs: (count) => 250 * 2 ** count },
    open: async () => {
      const outcome = outcomes[attempts.length] ?? "comes";
      attempts.push(clock.nowMs());
      if (outcome === "fails") throw new TunnelError("network", "no way");
      await new Promise<void>((resolve) => clock.setTimer(outcome === "hangs" ? 15_000 : 100, resolve));
      if (outcome === "hangs") throw new TunnelError("timeout", "nothing came up");
      lastPathId += 1;
      tunnel.up(lastPathId, sort === "relay" ? "relay" : "direct");
      return lastPathId;
    },
    onFailed: ({ code }) => failures.push(code),
  });
  return { tunnel, clock, attempts, failures, keeper };
}

describe("a path that is kept", () => {
  test("is opened at once, and again at once when it is lost", async () => {
    const { tunnel, clock, attempts } = stage();
    await clock.advance(60_000);
    tunnel.lose(2);
    await clock.advance(1_000);
    tunnel.lose(3);
    await clock.settle();
    expect(attempts).toEqual([0, 60_000, 61_000]);
  });

  test("is tried again with growing waits, at once when someone hurries", async () => {
    const { clock, attempts, failures, keeper } = stage(["fails", "fails", "fails", "comes"]);
    await clock.advance(1_500);
    expect(attempts).toEqual([0, 500, 1_500]);
    keeper.hurry();
    await clock.advance(60_000);
    expect(attempts).toEqual([0, 500, 1_500, 1_500]);
    expect(failures).toEqual(["network", "network", "network"]);
  });

  test("waits where it came up and never answered", async () => {
    const { tunnel, clock, attempts } = stage();
    await clock.advance(200);
    tunnel.lose(2, false);
    await clock.advance(499);
    expect(attempts).toEqual([0]);
    await clock.advance(1);
    expect(attempts).toEqual([0, 700]);
  });

  test("is replaced promptly eight times in a row, then every two seconds", async () => {
    const { tunnel, clock, attempts } = stage();
    for (let pathId = 2; pathId <= 20; pathId++) {
      while (!tunnel.paths().some((path) => path.pathId === pathId)) await clock.advance(100);
      tunnel.lose(pathId);
    }
    expect(attempts.slice(0, 8)).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
    expect(attempts.slice(8, 12)).toEqual([2_000, 4_000, 6_000, 8_000]);
  });

  test("ends with its tunnel and with stop, and leaves no timer", async () => {
    const ended = stage(["fails"]);
    const stopped = stage(["fails"]);
    await ended.clock.settle();
    await stopped.clock.settle();
    ended.tunnel.end();
    stopped.keeper.stop();
    await ended.clock.advance(60_000);
    await stopped.clock.advance(60_000);
    expect([ended.attempts, stopped.attempts]).toEqual([[0], [0]]);
    expect([ended.clock.pendingTimers(), stopped.clock.pendingTimers()]).toEqual([0, 0]);
  });
});

describe("a path that is doubted", () => {
  test("gets another beside it at once; when both are trusted for 30 s, the newer stays", async () => {
    const { tunnel, clock, attempts } = stage();
    await clock.advance(1_000);
    tunnel.trust(2, "suspect");
    await clock.advance(50);
    tunnel.trust(2, "active");
    await clock.advance(50);
    expect(attempts).toEqual([0, 1_000]);
    await clock.advance(20_000);
    tunnel.trust(3, "suspect");
    tunnel.trust(3, "active");
    await clock.advance(29_900);
    expect(tunnel.closed).toEqual([]);
    await clock.advance(200);
    expect(tunnel.closed).toEqual([2]);
    expect(attempts, "a spare path took the doubt").toEqual([0, 1_000]);
  });

  test("is closed when another comes up before it answers", async () => {
    const { tunnel, clock } = stage();
    await clock.advance(1_000);
    tunnel.up(9);
    tunnel.trust(2, "suspect");
    tunnel.trust(9, "suspect");
    await clock.advance(100);
    expect(tunnel.closed).toEqual([2, 9]);
    expect(tunnel.paths().map(({ pathId }) => pathId)).toEqual([3]);
  });

  test("is no reason for another while one of its sort moves, whoever opened that", async () => {
    const { tunnel, clock, attempts } = stage();
    await clock.advance(1_000);
    tunnel.up(9);
    tunnel.trust(2, "suspect");
    tunnel.lose(2);
    await clock.advance(60_000);
    expect(attempts).toEqual([0]);
    tunnel.lose(9);
    await clock.settle();
    expect(attempts).toEqual([0, 61_000]);
  });

  test("is replaced by a further attempt where one hangs, at most three at a time", async () => {
    const { tunnel, clock, attempts } = stage(["comes", "hangs", "hangs", "hangs"]);
    await clock.advance(1_000);
    tunnel.lose(2);
    await clock.advance(14_900);
    expect(attempts).toEqual([0, 1_000, 4_000, 7_000]);
  });

  test("of the relay is left two seconds, since joining again ends it", async () => {
    const { tunnel, clock, attempts } = stage([], "relay");
    tunnel.trust(1, "suspect");
    await clock.advance(1_900);
    tunnel.trust(1, "active");
    await clock.advance(10_000);
    expect(attempts).toEqual([]);
    tunnel.trust(1, "suspect");
    await clock.advance(2_000);
    expect(attempts).toEqual([13_900]);
  });

  test("is tried one attempt at a time where no channel ever came up", async () => {
    const { clock, attempts } = stage(["hangs", "hangs"]);
    await clock.advance(15_000);
    expect(attempts).toEqual([0]);
  });
});
