/** Shares at the control plane: for their owner, and for viewers without an account. */
import {
  type RegisterShare,
  type ShareSession,
  type ShareSummary,
  shareListSchema,
  shareSessionSchema,
  shareSummarySchema,
} from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

/** Shares of a server, newest first. */
export const sharesQuery = (serverId: string) =>
  queryOptions({
    queryKey: ["shares", serverId],
    queryFn: async (): Promise<readonly ShareSummary[]> =>
      (await apiRequest(`/api/servers/${encodeURIComponent(serverId)}/shares`, { schema: shareListSchema })).shares,
  });

/** Shares of all servers, newest first. */
export const allSharesQuery = queryOptions({
  queryKey: ["shares"],
  queryFn: async (): Promise<readonly ShareSummary[]> =>
    (await apiRequest("/api/shares", { schema: shareListSchema })).shares,
  refetchInterval: 30_000,
});

/** Tells the control plane of a share that the agent has taken. */
export function registerShare(serverId: string, body: RegisterShare): Promise<ShareSummary> {
  const path = `/api/servers/${encodeURIComponent(serverId)}/shares`;
  return apiRequest(path, { method: "POST", body, schema: shareSummarySchema });
}

/** Takes a share back and ends its viewers. */
export async function revokeShare(shareId: string): Promise<void> {
  await apiRequest(`/api/shares/${encodeURIComponent(shareId)}`, { method: "DELETE", schema: z.unknown() });
}

/** A session of a share, by its ticket. */
export function openShareSession(shareId: string, ticket: string, deviceKey: string): Promise<ShareSession> {
  const path = `/api/shares/${encodeURIComponent(shareId)}/sessions`;
  return apiRequest(path, { method: "POST", body: { ticket, deviceKey }, schema: shareSessionSchema });
}
