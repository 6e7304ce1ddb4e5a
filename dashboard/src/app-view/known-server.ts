/** A session for a server whose key this browser knows; other keys under its name are a person's to accept. */
import { TunnelError } from "@culvert/protocol";
import type { RemoteSession } from "@culvert/protocol/signaling";
import type { QueryClient } from "@tanstack/react-query";
import { createSession, serversQuery } from "../api/servers.ts";
import { pagePart } from "../setup/page-part.ts";

/** What is opened, by which device. */
export interface KnownServerWish {
  readonly accountId: string;
  readonly serverId: string;
  readonly serviceName: string;
  readonly deviceKey: string;
}

/** Rejects with `key-changed` or `approval-needed` before anything is asked of the server. */
export async function openKnownServer(client: QueryClient, wish: KnownServerWish): Promise<RemoteSession> {
  const { accountId, serverId, serviceName, deviceKey } = wish;
  const servers = await client.ensureQueryData(serversQuery);
  const server = servers.find((it) => it.serverId === serverId);
  const { requirePin } = await pagePart(() => import("./engine.ts"));
  const locked = server?.capabilities.locked === true;
  await requirePin({ accountId, serverId, label: server?.label ?? serverId, locked }, Date.now());
  const session = await createSession(serverId, serviceName, deviceKey);
  if (session.serverId !== serverId) throw new TunnelError("wrong-server", "The session is for another server.");
  return session;
}
