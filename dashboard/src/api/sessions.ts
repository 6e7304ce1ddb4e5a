/** Remote sessions and launch links of the account. */
import { type Launched, launchedSchema, type SessionSummary, sessionListSchema } from "@culvert/protocol/signaling";
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

/** Uses a launch link up. */
export function exchangeLaunch(code: string): Promise<Launched> {
  return apiRequest("/api/launches/exchange", { method: "POST", body: { code }, schema: launchedSchema });
}
