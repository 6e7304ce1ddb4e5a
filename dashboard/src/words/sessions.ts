/** Remote sessions in words, and which of them somebody looks for. Pure. */
import { deskServiceName, type SessionSummary } from "@culvert/protocol/signaling";

/** What it opened. The agent's own service is no app: this dashboard opens it to ask the machine. */
export function sessionName({ serviceName }: Pick<SessionSummary, "serviceName">): string {
  return serviceName === deskServiceName ? "this dashboard’s own look" : serviceName;
}

/** By whom: `by Ada Lovelace`, `by the share link for Anna`. */
export function sessionOpener({ shareId, shareLabel, openedBy }: SessionSummary): string {
  if (shareId === null) return openedBy ? `by ${openedBy}` : "by a member who left";
  return shareLabel ? `by the share link “${shareLabel}”` : "by a share link";
}

/** How it went: ` · direct`; empty where the agent has not told. */
export function sessionWay({ way }: SessionSummary): string {
  if (way === null || way === undefined) return "";
  return { direct: " · direct", turn: " · over TURN", relay: " · relayed by Culvert’s server" }[way];
}

/** True while it opens something. */
export function isLiveSession({ revokedAt, expiresAt }: SessionSummary, nowMs: number): boolean {
  return revokedAt === null && expiresAt > nowMs;
}

/** Ended by somebody so lately that they still look for it. */
function hasJustEnded({ revokedAt }: SessionSummary, nowMs: number): boolean {
  return revokedAt !== null && nowMs - revokedAt < 60_000;
}

/** Which sessions are shown. `own`: also those by which the dashboard itself asks machines. */
export interface SessionFilter {
  /** `live`: also those that were ended within the last minute. */
  readonly which: "live" | "all" | "own";
  readonly text: string;
}

/** Newest first, live ones before those that are over. `labelOf`: what a server is called. */
export function filteredSessions(
  sessions: readonly SessionSummary[],
  { which, text }: SessionFilter,
  { nowMs, labelOf }: { readonly nowMs: number; labelOf(serverId: string): string },
): readonly SessionSummary[] {
  const words = text.trim().toLowerCase();
  const found = sessions.filter((session) => {
    const isLive = isLiveSession(session, nowMs);
    if (which === "live" && !isLive && !hasJustEnded(session, nowMs)) return false;
    if (which !== "own" && session.serviceName === deskServiceName) return false;
    const said = `${sessionName(session)} ${labelOf(session.serverId)} ${sessionOpener(session)}`.toLowerCase();
    return words === "" || said.includes(words);
  });
  const rank = (session: SessionSummary): number => (isLiveSession(session, nowMs) ? 0 : 1);
  return found.toSorted((left, right) => rank(left) - rank(right) || right.createdAt - left.createdAt);
}

/** `3 sessions are live.` */
export function sessionCountWords(live: number): string {
  if (live === 0) return "Nothing is open now.";
  return live === 1 ? "1 session is live." : `${live} sessions are live.`;
}
