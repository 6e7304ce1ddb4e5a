/** A browser's App View as signaling sees it: a session, a socket with cookie and Origin, a join. */
import { generateKeyPairSync } from "node:crypto";
import { type RemoteSession, remoteSessionSchema } from "@culvert/protocol/signaling";
import type { Answer, Installation } from "./installation.ts";
import { SocketInbox } from "./socket-inbox.ts";

/** A device key as the viewer sends it. */
export function newDeviceKey(): string {
  return generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x ?? "";
}

/** Asks for a session. */
export function askForSession(installation: Installation, serverId: string, body: object = {}): Promise<Answer> {
  const path = `/api/servers/${serverId}/sessions`;
  return installation.asDashboard({ method: "POST", path, body: { deviceKey: newDeviceKey(), ...body } });
}

/** A session, granted. */
export async function openSession(installation: Installation, serverId: string): Promise<RemoteSession> {
  const answer = await askForSession(installation, serverId);
  return remoteSessionSchema.parse(answer.json);
}

/** A viewer's socket before its join; `changes` replace headers, null drops one. */
export function dialViewer(
  installation: Installation,
  changes: Record<string, string | null> = {},
  protocols: readonly string[] = [],
): Promise<SocketInbox> {
  const { port, host, server, cookie } = installation;
  const headers: Record<string, string | null> = { host, origin: server.dashboardOrigin, cookie, ...changes };
  const kept = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null);
  return SocketInbox.open(port, "/api/signaling/viewer", Object.fromEntries(kept), protocols);
}

/** Joins a session's relay; gives the socket and the relay's number. */
export async function joinSession(installation: Installation, session: RemoteSession) {
  const inbox = await dialViewer(installation);
  inbox.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket: session.signalingTicket });
  const joined = await inbox.nextMessage("joined");
  return { inbox, relayId: Number(joined.relayId) };
}

/** A credit envelope: the sender of it takes so many bytes in all. */
export function creditEnvelope(relayId: number, limitBytes: number): Uint8Array {
  const envelope = Buffer.alloc(13);
  envelope.writeUInt8(0x02, 0);
  envelope.writeUInt32BE(relayId, 1);
  envelope.writeBigUInt64BE(BigInt(limitBytes), 5);
  return envelope;
}

/** A data envelope, written out as SPEC.md has it. */
export function dataEnvelope(relayId: number, payload: Uint8Array): Uint8Array {
  const envelope = Buffer.alloc(5 + payload.length);
  envelope.writeUInt8(0x01, 0);
  envelope.writeUInt32BE(relayId, 1);
  envelope.set(payload, 5);
  return envelope;
}
