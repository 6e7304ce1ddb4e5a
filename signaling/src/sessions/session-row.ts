/** A remote session as it is written down: nothing of it opens anything. */
import { deskServiceName } from "@culvert/protocol/signaling";
import { randomName } from "../keys/index.ts";
import type { Actor } from "../servers/index.ts";
import type { RemoteSessionsTable, ServersTable } from "../store/index.ts";
import type { OpenableService } from "./openability.ts";
import { deviceThumbprintOf } from "./session-tokens.ts";

/** What a session is made of. `principal`: whose app its origin holds. */
export interface Grant {
  readonly actor: Actor;
  readonly server: ServersTable;
  readonly service: OpenableService;
  readonly deviceKey: string;
  readonly signInId: string | null;
  readonly share: string | undefined;
  readonly principal: string;
  readonly endsAt: number;
}

/** The row of a new session. */
export async function sessionRowOf(grant: Grant, ticketHash: string, nowMs: number): Promise<RemoteSessionsTable> {
  const { actor, server, service, share } = grant;
  return {
    sessionId: randomName(),
    accountId: actor.accountId,
    serverId: server.serverId,
    serviceId: service.serviceId,
    serviceName: service.serviceName,
    ticketHash,
    deviceThumbprint: await deviceThumbprintOf(grant.deviceKey),
    signInId: grant.signInId,
    memberId: actor.memberId ?? null,
    createdAt: nowMs,
    expiresAt: grant.endsAt,
    revokedAt: null,
    shareId: share ?? null,
    way: null,
  };
}

/** True for the agent's own service. */
export function isDesk({ serviceName }: OpenableService): boolean {
  return serviceName === deskServiceName;
}

/** A desk is asked by the dashboard itself and shows no page, so it takes no origin: RFC 2606 §2 has this name for none. */
export const deskOrigin = "https://desk.invalid";
