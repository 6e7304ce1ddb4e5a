/** What an account reads of its sessions: who opened what, and by which way it runs. */
import type { ServerId, SessionId, SessionSummary, WayKind } from "@culvert/protocol/signaling";
import { serverLimits } from "../limits.ts";
import type { Store } from "../store/index.ts";

/** Newest first, the last `listedSessions`. */
export async function sessionsOf(store: Store, accountId: string): Promise<SessionSummary[]> {
  const rows = await store.queries
    .selectFrom("remoteSessions")
    .leftJoin("members", "members.memberId", "remoteSessions.memberId")
    .leftJoin("shares", "shares.shareId", "remoteSessions.shareId")
    .select(["sessionId", "remoteSessions.serverId", "remoteSessions.serviceName", "remoteSessions.shareId"])
    .select(["remoteSessions.createdAt", "remoteSessions.expiresAt", "remoteSessions.revokedAt"])
    .select(["members.name as openedBy", "shares.label as shareLabel", "way"])
    .where("remoteSessions.accountId", "=", accountId)
    .orderBy("remoteSessions.createdAt", "desc")
    .limit(serverLimits.listedSessions)
    .execute();
  return rows.map((row) => ({
    ...row,
    sessionId: row.sessionId as SessionId,
    serverId: row.serverId as ServerId,
    way: row.way as WayKind | null,
  }));
}
