/** What one viewer's streams are served with: its places, its trace in the log, and who is told of answers. */
import type { Clock } from "@culvert/protocol/endpoint";
import type { ShareScope } from "@culvert/protocol/signaling";
import type { RequestLog } from "../requests/index.ts";
import { type ServingOptions, StreamGate, type ViewerTurns } from "../services/index.ts";
import type { AgentEvent } from "./agent-events.ts";

/** Whose streams they are; `scope` where a share let the viewer in. */
export interface ServedViewer {
  readonly viewerId: string;
  readonly serviceName: string;
  readonly scope: ShareScope | undefined;
  readonly turns: ViewerTurns;
}

/** What all viewers share. */
export interface Serving {
  readonly log: RequestLog;
  readonly clock: Clock;
  tell(event: AgentEvent): void;
}

/** Made once for each tunnel. */
export function servingOptions(
  { viewerId, serviceName, scope, turns }: ServedViewer,
  { log, clock, tell }: Serving,
): ServingOptions {
  return {
    scope,
    watch: {
      nowMs: () => clock.nowMs(),
      onAnswered: (request) => tell({ type: "request", viewerId, serviceName, ...request }),
    },
    gate: new StreamGate(),
    turns,
    log: { requests: log, viewerId },
  };
}
