/** Servers, their enrolment and remote sessions: the control plane's part of the API. */
import {
  type Enrollment,
  enrollmentSchema,
  type RemoteSession,
  remoteSessionSchema,
  type ServerView,
  serverListSchema,
  serverViewSchema,
} from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

/**
 * Every server of the account. The live feed keeps it current, so it is fetched once; a snapshot that is there first
 * makes the answer moot, and then it is left unread.
 */
export const serversQuery = queryOptions({
  queryKey: ["servers"],
  queryFn: async (): Promise<readonly ServerView[]> =>
    (await apiRequest("/api/servers", { schema: serverListSchema })).servers,
  staleTime: Number.POSITIVE_INFINITY,
  // Live events keep the objects of servers that they are not about (live/server-list.ts).
  structuralSharing: false,
});

/** A one-time code by which a machine becomes a server of this account. */
export function createEnrolment(): Promise<Enrollment> {
  return apiRequest("/api/enrollments", { method: "POST", body: {}, schema: enrollmentSchema });
}

/** A short-lived grant to one service for the device that holds `deviceKey`. */
export function createSession(serverId: string, serviceName: string, deviceKey: string): Promise<RemoteSession> {
  return apiRequest(`/api/servers/${encodeURIComponent(serverId)}/sessions`, {
    method: "POST",
    body: { serviceName, deviceKey },
    schema: remoteSessionSchema,
  });
}

/** The owner's own name for a server. */
export function renameServer(serverId: string, label: string): Promise<ServerView> {
  const path = `/api/servers/${encodeURIComponent(serverId)}`;
  return apiRequest(path, { method: "PATCH", body: { label }, schema: serverViewSchema });
}

/** Puts a server into a group; an empty one takes it out of its group. */
export function groupServer(serverId: string, group: string): Promise<ServerView> {
  const path = `/api/servers/${encodeURIComponent(serverId)}`;
  return apiRequest(path, { method: "PATCH", body: { group }, schema: serverViewSchema });
}

/** Takes a server out of the account: its sessions and shares end. */
export async function removeServer(serverId: string): Promise<void> {
  await apiRequest(`/api/servers/${encodeURIComponent(serverId)}`, { method: "DELETE", schema: z.unknown() });
}
