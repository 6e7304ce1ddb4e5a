/** Remote sessions and launch links of the account. */
import {
  type EndSession,
  type Launched,
  launchedSchema,
  type RemoteSession,
  type SessionSummary,
  sessionListSchema,
} from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

/** The account's sessions, newest first; asked for again while somebody looks. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async (): Promise<readonly SessionSummary[]> =>
    (await apiRequest("/api/sessions", { schema: sessionListSchema })).sessions,
  refetchInterval: 10_000,
});

/** Takes a session back; what it has open ends. */
export async function revokeSession(sessionId: string): Promise<void> {
  await apiRequest(`/api/sessions/${encodeURIComponent(sessionId)}`, { method: "DELETE", schema: z.unknown() });
}

/**
 * Ends a session by its own ticket, also while its page goes: the browser sends the request on without the page
 * (fetch.spec.whatwg.org §5.5, keepalive). Nobody is left to hear of an answer.
 */
export function endSession({ signalingTicket }: Pick<RemoteSession, "signalingTicket">): void {
  fetch("/api/sessions/end", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ signalingTicket } satisfies EndSession),
    keepalive: true,
  }).catch(() => {});
}

/** Uses a launch link up. */
export function exchangeLaunch(code: string): Promise<Launched> {
  return apiRequest("/api/launches/exchange", { method: "POST", body: { code }, schema: launchedSchema });
}
