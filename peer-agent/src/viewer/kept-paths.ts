/**
 * The paths of one tunnel, kept up: the relay and one data channel, each repaired by itself, and more channels while a
 * transfer over a long way lasts.
 * Invariant: a lost path never ends the tunnel; it ends where the agent no longer knows it, where the session's right is
 * over, where the server stays offline, or by its own grace time.
 */
import { type Code, TunnelError } from "@culvert/protocol";
import { BulkPaths, type Clock, PathKeeper } from "@culvert/protocol/endpoint";
import { backoffMs } from "../signaling-link/backoff.ts";
import { errorKind } from "./error-kind.ts";
import type { NodeViewer } from "./node-viewer.ts";

/** A server that signaling has known to be gone for so long, with no path left, is taken as ended. */
const offlinePatienceMs = 15_000;

export interface KeptPathsOptions {
  readonly viewer: NodeViewer;
  readonly clock: Clock;
  random(): number;
}

/** Paths that are kept. */
export interface KeptPaths {
  /** The network changed or this machine woke: every path has to answer, and waits are cut short. */
  hurry(): void;
}

/** Keeps the paths until the tunnel ends. */
export function keepPaths({ viewer, clock, random }: KeptPathsOptions): KeptPaths {
  const { tunnel } = viewer;
  let cancelPatience: (() => void) | undefined;
  // While anything moves, neither signaling nor the network alone can make it seem otherwise.
  const moves = () => tunnel.paths().some(({ state }) => state === "active");
  const endStill = (code: Code, reason: string) => {
    if (!moves()) tunnel.close(code, reason);
  };
  const calm = () => {
    cancelPatience?.();
    cancelPatience = undefined;
  };
  const relayFailed = ({ code, message, scope }: TunnelError) => {
    if (errorKind(new TunnelError(code, message)) === "auth") endStill(code, message);
    else if (code === "offline") {
      cancelPatience ??= clock.setTimer(offlinePatienceMs, () => {
        cancelPatience = undefined;
        endStill("offline", "the server is not connected any more");
      });
    } else if (scope === "path" && code === "not-found") {
      // The agent alone says so, of a tunnel that it does not know. Every other end is the path's own.
      endStill("peer-restarted", "the server does not know this tunnel any more");
    }
  };
  const stopped = new AbortController();
  tunnel.onEvent((event) => {
    // Another channel is offered over the relay: where that waits for its own turn, it is wanted now.
    if (event.type === "path-down" || event.type === "path-trust") {
      if (event.path.kind !== "relay" && !moves()) relay.hurry();
    }
    if (event.type !== "closed") return;
    calm();
    stopped.abort();
  });
  const backOff = (failures: number) => backoffMs(failures, random());
  const relay = new PathKeeper({
    ...{ tunnel, clock, sort: "relay", backOffMs: backOff },
    open: async () => {
      const pathId = await viewer.rejoinRelay(stopped.signal);
      calm();
      return pathId;
    },
    onFailed: relayFailed,
  });
  const direct = new PathKeeper({
    ...{ tunnel, clock, sort: "channel", backOffMs: backOff },
    open: () => viewer.addPath(),
  });
  new BulkPaths({ tunnel, clock, open: () => viewer.addPath("direct") });
  return {
    hurry() {
      tunnel.probe();
      relay.hurry();
      direct.hurry();
    },
  };
}
