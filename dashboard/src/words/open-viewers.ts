/** What the list says of who has something open, and how they are connected. Pure. */
import { type OpenViewer, type WayKind, wayKinds } from "@culvert/protocol/signaling";
import { durationWords } from "./moment.ts";

/** Kinds of ways as people read them. */
export const wayNames: Readonly<Record<WayKind, string>> = { direct: "direct", turn: "TURN", relay: "relay" };

type Told = Pick<OpenViewer, "way" | "rttMs">;

/** `direct 12 ms, 1 viewer`; `3 viewers: 2 direct, 1 relay`; nothing where nobody has something open. */
export function viewersWords(viewers: readonly Told[]): string {
  const [only] = viewers;
  if (only === undefined) return "";
  if (viewers.length === 1) return only.way === null ? "1 viewer, reconnecting" : `${wayWords(only)}, 1 viewer`;
  const counts = wayKinds.map((kind) => ({ kind, count: viewers.filter(({ way }) => way === kind).length }));
  const parts = counts.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${wayNames[kind]}`);
  const without = viewers.filter(({ way }) => way === null).length;
  if (without > 0) parts.push(`${without} reconnecting`);
  return `${viewers.length} viewers: ${parts.join(", ")}`;
}

function wayWords({ way, rttMs }: Told): string {
  const name = way === null ? "" : wayNames[way];
  return rttMs === null ? name : `${name} ${durationWords(rttMs)}`;
}
