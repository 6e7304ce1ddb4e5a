/** What the inspector calls things: outcomes, kinds, and where the time of a request went. Pure. */
import type { InspectedRequest } from "@culvert/browser-client";
import { durationWords } from "../words/moment.ts";
import type { Tone } from "../words/tone.ts";

/** The outcome in a word or a number, with its tone; it never stands by colour alone. */
export function outcomeOf(request: InspectedRequest): { readonly text: string; readonly tone: Tone } {
  const { status, code, totalMs } = request;
  if (code === "policy") return { text: "refused", tone: "degraded" };
  if (code === "canceled") return { text: status === null ? "canceled" : `${status} canceled`, tone: "offline" };
  if (code !== null) return { text: status === null ? "failed" : `${status} cut`, tone: "lost" };
  if (status === null) return totalMs === null ? { text: "…", tone: "connecting" } : { text: "none", tone: "offline" };
  if (status >= 500) return { text: String(status), tone: "lost" };
  if (status >= 400) return { text: String(status), tone: "degraded" };
  return { text: String(status), tone: "ready" };
}

/** What came, in a word that fits a column. */
export function typeWords({ kind, contentType, destination }: InspectedRequest): string {
  if (kind === "websocket") return "websocket";
  if (kind === "events") return "events";
  if (contentType === "") return destination;
  const subtype = contentType.slice(contentType.indexOf("/") + 1);
  return subtype.replace(/^(x-|vnd\.)/, "").replace(/^javascript$|^ecmascript$/, "js");
}

/** The time that a person cares about: of what goes on for long, that of its head. */
export function shownTime({ kind, headMs, totalMs }: InspectedRequest): string {
  if (kind !== "http") return totalMs === null ? "open" : durationWords(totalMs);
  const known = totalMs ?? headMs;
  return known === null ? "…" : durationWords(known);
}

/** Parts of a request's time, in order; without what is not known. */
export interface TimePart {
  readonly name: "queue" | "tunnel" | "target" | "body";
  readonly title: string;
  readonly meaning: string;
  readonly ms: number;
}

const parts = {
  queue: ["Queue", "waited in this browser until it could be sent"],
  tunnel: ["Tunnel", "to the machine and back"],
  target: ["App", "until the app had its answer ready"],
  body: ["Body", "until the last byte was here"],
} as const;

/** Where the time went. Without the agent's word the app's part counts to the tunnel's. */
export function timeParts({ kind, queueMs, headMs, targetMs, totalMs }: InspectedRequest): readonly TimePart[] {
  const queue = queueMs ?? totalMs ?? 0;
  const app = headMs === null ? 0 : Math.min(targetMs ?? 0, headMs - queue);
  const times = {
    queue,
    tunnel: headMs === null ? Math.max(0, (totalMs ?? queue) - queue) : Math.max(0, headMs - queue - app),
    target: Math.max(0, app),
    body: kind !== "http" || headMs === null || totalMs === null ? 0 : Math.max(0, totalMs - headMs),
  };
  return (["queue", "tunnel", "target", "body"] as const).flatMap((name) => {
    const [title, meaning] = parts[name];
    return times[name] > 0 ? [{ name, title, meaning, ms: times[name] }] : [];
  });
}

/** What a screen reader is told of a line. */
export function lineWords(request: InspectedRequest): string {
  const { text } = outcomeOf(request);
  return `${request.method} ${request.path}, ${text}, ${typeWords(request)}, ${shownTime(request)}`;
}
