/** An agent's events as lines: for people, or one JSON object each for programs. Pure. */
import type { AgentEvent } from "../agent/agent-events.ts";
import type { LinkState } from "../signaling-link/signaling-link.ts";

type RequestEvent = Extract<AgentEvent, { type: "request" }>;

/** What the lines name. */
export interface LineContext {
  readonly label: string;
  readonly serverUrl: string;
  /** Ports by service name. */
  readonly ports: ReadonlyMap<string, number>;
}

/** How a line is marked: fine, under way, wrong, or gone. */
export type Mark = "ready" | "connecting" | "lost" | "offline" | "note";

/** One line for a person. */
export interface Line {
  readonly mark: Mark;
  readonly text: string;
}

/** What a person reads about an event; undefined where it says nothing new. */
export function lineFor(event: AgentEvent, context: LineContext): Line | undefined {
  switch (event.type) {
    case "link":
      return linkLine(event.state, context);
    case "service": {
      const port = context.ports.get(event.serviceName) ?? 0;
      if (event.health === "healthy") {
        return { mark: "ready", text: `${event.serviceName} answers on port ${port}.` };
      }
      const text = `Nothing answers on port ${port}. Start the app, ${event.serviceName} turns ready by itself.`;
      return { mark: "lost", text };
    }
    case "viewer-opened":
      return { mark: "note", text: `Viewer ${event.viewerId} opened ${event.serviceName}.` };
    case "viewer-path":
      if (event.kind === "relay") return undefined;
      return {
        mark: "note",
        text: `Viewer ${event.viewerId}: ${event.kind === "turn" ? "TURN" : "direct"} path ${event.isUp ? "up" : "lost"}.`,
      };
    case "request":
      return requestLine(event);
    case "viewer-closed":
      return {
        mark: "note",
        text: `Viewer ${event.viewerId} left ${event.serviceName}: ${printable(event.reason)}.`,
      };
    default:
      return event satisfies never;
  }
}

/** A request and its answer; the code stands where there was none. */
function requestLine({ viewerId, serviceName, method, path, status, code, durationMs }: RequestEvent): Line {
  const isFine = status !== null && status < 500;
  const text = `${method} ${printable(path)} ${status ?? code} ${spokenDuration(durationMs)} (${serviceName}, viewer ${viewerId})`;
  return { mark: isFine ? "note" : "lost", text };
}

/** The same as one JSON object with the time. */
export function jsonFor(event: AgentEvent, nowMs: number): string {
  return JSON.stringify({ time: new Date(nowMs).toISOString(), ...flatten(event) });
}

/** Durations as a person says them. */
export function spokenDuration(durationMs: number): string {
  return durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${Math.round(durationMs / 1_000)} s`;
}

function linkLine(state: LinkState, { label, serverUrl }: LineContext): Line | undefined {
  switch (state.type) {
    case "connecting":
      return state.attempt > 1 ? undefined : { mark: "connecting", text: `Connecting to ${serverUrl} …` };
    case "online":
      return { mark: "ready", text: `${label} is online. Open it in the dashboard: ${serverUrl}` };
    case "waiting": {
      const again = spokenDuration(state.retryInMs);
      const text = `${label} is offline: ${serverUrl} cannot be reached, ${printable(state.reason)}. Next try in ${again}.`;
      return { mark: "offline", text };
    }
    case "stopped":
      if (state.error.code === "closed") return { mark: "offline", text: `${label} is offline now.` };
      return { mark: "lost", text: printable([state.error.message, state.error.hint].filter(Boolean).join(" ")) };
    default:
      return state satisfies never;
  }
}

/** Words of the other side, bounded, and without what a terminal would obey. */
function printable(text: string): string {
  return text.slice(0, 300).replace(/\p{Cc}/gu, " ");
}

function flatten(event: AgentEvent): object {
  if (event.type !== "link") return event;
  const { state } = event;
  if (state.type !== "stopped") return { ...state, type: "link", state: state.type };
  const { code, message, hint } = state.error;
  return { type: "link", state: "stopped", code, message, hint };
}
