/** An agent's events as lines: for people, or one JSON object each for programs. Pure. */
import type { AgentEvent } from "../agent/agent-events.ts";
import type { LinkState } from "../signaling-link/signaling-link.ts";
import { printable, spokenDuration } from "./spoken.ts";
import type { TargetWords } from "./target-words.ts";

type RequestEvent = Extract<AgentEvent, { type: "request" }>;

/** What the lines name. */
export interface LineContext {
  readonly label: string;
  readonly serverUrl: string;
  /** Where services live, by name. */
  readonly targets: ReadonlyMap<string, TargetWords>;
  /** Labels of services, by name. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** How a line is marked: fine, under way, partly wrong, wrong, or gone. */
export type Mark = "ready" | "connecting" | "degraded" | "lost" | "offline" | "note";

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
      const where = context.targets.get(event.serviceName)?.where ?? "at its target";
      if (event.health === "healthy") return { mark: "ready", text: `${event.serviceName} answers ${where}.` };
      const text = `Nothing answers ${where}. Start the app, ${event.serviceName} turns ready by itself.`;
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

/** The same as one JSON object with the time. */
export function jsonFor(event: AgentEvent, nowMs: number): string {
  return JSON.stringify({ time: new Date(nowMs).toISOString(), ...plainEvent(event) });
}

/** The event's fields as JSON can hold them; an error by its code and words. */
export function plainEvent(event: AgentEvent): { readonly type: string } {
  if (event.type !== "link") return event;
  const { state } = event;
  if (state.type !== "stopped") return { ...state, type: "link", ...{ state: state.type } };
  const { code, message, hint } = state.error;
  return { type: "link", ...{ state: "stopped", code, message, hint } };
}

/** A request and its answer; the code stands where there was none. */
function requestLine(event: RequestEvent): Line {
  const { viewerId, serviceName, kind, method, path, status, code, durationMs } = event;
  if (kind === "tcp") return { mark: "note", text: `TCP connection (${serviceName}, viewer ${viewerId})` };
  const isFine = status !== null && status < 500;
  const answer = `${status ?? code} ${spokenDuration(durationMs)}`;
  const text = `${method} ${printable(path)} ${answer} (${serviceName}, viewer ${viewerId})`;
  return { mark: isFine ? "note" : "lost", text };
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
