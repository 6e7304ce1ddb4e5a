/** An owner's device and a share's viewer as programs: the desk over a tunnel, a share by its secret. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { connectTunnel, type createDeviceKey, type ServiceConnection } from "@culvert/peer-agent";
import {
  type CreateShare,
  deskServiceName,
  newShareId,
  type RemoteSession,
  shareSessionSchema,
  shareTokenPrefix,
  shareValues,
} from "@culvert/protocol/signaling";
import type { AgentStage } from "./agent-stage.ts";

type DeviceKey = Awaited<ReturnType<typeof createDeviceKey>>;

/** Calls the desk as a device of the owner. */
export async function openDesk(stage: AgentStage, deviceKey: DeviceKey): Promise<ServiceConnection> {
  return connectTunnel({
    createSession: (key) => stage.createSession(key, deskServiceName),
    deviceKey,
    headers: stage.ownerHeaders,
    webrtc: "werift",
  });
}

/** One call of it: status and JSON. */
export async function askDesk(desk: ServiceConnection, method: string, path: string, body?: object) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await desk.fetch(path, init);
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}

/** A share made as the dashboard makes one: told to the agent, then to signaling. */
export async function makeShare(stage: AgentStage, desk: ServiceConnection, wish: Partial<CreateShare> = {}) {
  const secret = randomBytes(16);
  const { ticket, proof } = shareValues(secret, hmac);
  const shareId = newShareId(randomBytes(17));
  const expiresAt = Date.now() + 3_600_000;
  const scope = wish.scope ?? { serviceName: "app", readOnly: false };
  const made = await askDesk(desk, "POST", "/shares", {
    ...{ shareId, proofHash: sha256(proof), label: "for anna", expiresAt },
    ...wish,
    scope,
  });
  if (made.status !== 200) throw new Error(JSON.stringify(made.json));
  await stage.callAsOwner("POST", `/api/servers/${stage.agent.serverId}/shares`, {
    ...{ shareId, serviceName: scope.serviceName, label: "for anna", ticketHash: sha256(ticket), expiresAt },
  });
  return { shareId, ticket: base64url(ticket), proof: base64url(proof) };
}

/** Opens a share as a viewer without an account. */
export async function openShare(
  stage: AgentStage,
  share: Awaited<ReturnType<typeof makeShare>>,
  { pin, deviceKey }: { readonly pin?: string; readonly deviceKey?: DeviceKey } = {},
): Promise<ServiceConnection> {
  const { dashboardOrigin } = stage.signaling;
  return connectTunnel({
    createSession: async (key): Promise<RemoteSession> => {
      const body = { ticket: share.ticket, deviceKey: key };
      const session = await stage.callAsStranger("POST", `/api/shares/${share.shareId}/sessions`, body);
      const token = { v: 1, shareId: share.shareId, proof: share.proof, ...(pin === undefined ? {} : { pin }) };
      const remoteSessionToken = shareTokenPrefix + base64url(Buffer.from(JSON.stringify(token)));
      return { ...shareSessionSchema.parse(session), remoteSessionToken };
    },
    ...(deviceKey === undefined ? {} : { deviceKey }),
    headers: { origin: dashboardOrigin },
    webrtc: "werift",
  });
}

const hmac = (key: Uint8Array, data: Uint8Array) => createHmac("sha256", key).update(data).digest();
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64url");
const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
