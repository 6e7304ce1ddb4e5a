/**
 * The paths of one tunnel, kept up: the relay and one data channel, each repaired by itself.
 * Invariant: a lost path never ends the tunnel; it ends where the agent no longer knows it, where the session's right is
 * over, where the server stays offline, or by its own grace time.
 */
import { type Code, TunnelError } from "@culvert/protocol";
import type { Clock } from "@culvert/protocol/endpoint";
import { errorKind } from "./error-kind.ts";
import type { NodeViewer } from "./node-viewer.ts";
import { PathUpkeep } from "./path-upkeep.ts";

/** A server that signaling has known to be gone for so long, with no path left, is taken as ended. */
const offlinePatienceMs = 15_000;

export interface KeptPathsOptions {
  readonly viewer: NodeViewer;
  readonly clock: Clock;
  random(): number;
}

/** Keeps the paths until the tunnel ends. */
export function keepPaths({ viewer, clock, random }: KeptPathsOptions): void {
  const { tunnel } = viewer;
  let cancelPatience: (() => void) | undefined;
  const endDetached = (code: Code, reason: string) => {
    if (tunnel.state === "detached") tunnel.close(code, reason);
  };
  const calm = () => {
    cancelPatience?.();
    cancelPatience = undefined;
  };
  const relayFailed = ({ code, message, scope }: TunnelError) => {
    if (errorKind(new TunnelError(code, message)) === "auth") endDetached(code, message);
    else if (code === "offline") {
      cancelPatience ??= clock.setTimer(offlinePatienceMs, () => {
        cancelPatience = undefined;
        endDetached("offline", "the server is not connected any more");
      });
    } else if (scope === "path" && code === "not-found") {
      // The agent alone says so, of a tunnel that it does not know. Every other end is the path's own.
      endDetached("peer-restarted", "the server does not know this tunnel any more");
    }
  };
  tunnel.onEvent((event) => {
    if (event.type === "closed") calm();
  });
  new PathUpkeep(
    {
      tunnel,
      clock,
      random,
      open: async (signal) => {
        const pathId = await viewer.rejoinRelay(signal);
        calm();
        return pathId;
      },
      onFailed: relayFailed,
    },
    viewer.relayPathId,
  );
  new PathUpkeep({ tunnel, clock, random, open: () => viewer.addPath("direct") });
}
