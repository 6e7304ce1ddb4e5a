/** How an embedded connector stands, made of the agent's events. Pure. */
import type { TunnelError } from "@culvert/protocol";
import type { ServiceHealth } from "@culvert/protocol/signaling";
import type { AgentEvent } from "../agent/agent-events.ts";

/**
 * `stopped`: not started, or stopped. `connecting`: no connection to the control plane yet. `online`: it is in the dashboard.
 * `offline`: the connection was lost, and is tried again by itself. `turned-away`: the control plane will not have it
 * (`error` says why: `revoked`, `superseded`, `version-unsupported` …); start it again when that is mended.
 */
export type ConnectorState = "stopped" | "connecting" | "online" | "offline" | "turned-away";

/** What a connector tells, in order. */
export type ConnectorEvent =
  | {
      readonly type: "state";
      readonly state: ConnectorState;
      readonly error?: TunnelError;
      readonly retryInMs?: number;
    }
  | { readonly type: "service"; readonly serviceName: string; readonly health: ServiceHealth }
  | Exclude<AgentEvent, { readonly type: "link" | "service" }>;

/** What an agent's event means for the connector; undefined where it means nothing: its own stop is told once it is done. */
export function connectorEvent(event: AgentEvent, before: ConnectorState): ConnectorEvent | undefined {
  if (event.type !== "link") return event;
  const { state } = event;
  switch (state.type) {
    case "connecting":
      return { type: "state", state: before === "offline" ? "offline" : "connecting" };
    case "online":
      return { type: "state", state: "online" };
    case "waiting":
      return { type: "state", state: "offline", retryInMs: state.retryInMs };
    case "stopped":
      if (state.error.code === "closed") return undefined;
      return { type: "state", state: "turned-away", error: state.error };
  }
}
