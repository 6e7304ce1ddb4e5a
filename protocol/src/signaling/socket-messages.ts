/**
 * Messages between signaling and its two kinds of client: JSON text for control, binary for what it joins blindly.
 * SPEC.md §Signaling repeats the table. Unknown fields are ignored, unknown types fail the socket.
 */
import { z } from "zod";
import { codeSchema } from "../code-schema.ts";
import { publicKeySchema, serverIdSchema, serviceNameSchema, sessionIdSchema } from "./ids.ts";
import { keySuccessionsSchema } from "./key-succession.ts";
import { openViewersSchema } from "./open-viewers.ts";
import { publishedServiceSchema, relayPolicySchema } from "./services.ts";

const relayId = z
  .number()
  .int()
  .min(1)
  .max(2 ** 32 - 1);
const timeMs = z.number().int().nonnegative();
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/);
const versions = z.object({ min: z.number().int().min(1), max: z.number().int().min(1) });

/** RTCIceServer as both peers take it. */
export const iceServerSchema = z.object({
  urls: z.array(z.string().max(256)).min(1),
  username: z.string().max(512).optional(),
  credential: z.string().max(512).optional(),
});
export type IceServer = z.infer<typeof iceServerSchema>;

const failed = z.object({
  type: z.literal("error"),
  code: codeSchema,
  message: z.string().max(1_024),
  hint: z.string().max(1_024),
});

/** What a connected agent says of itself. */
export const agentPresenceSchema = z.object({
  label: z.string().min(1).max(64),
  agentVersion: z.string().max(32),
  platform: z.string().max(32),
  remoteAccessEnabled: z.boolean(),
  /** Opens for devices of the agent's own list alone; false where it is left out. */
  locked: z.boolean().optional(),
  /** The agent has a desk (agent-desk.ts); it has none where it is left out. */
  desk: z.boolean().optional(),
  primaryServiceName: serviceNameSchema.nullable(),
  services: z.array(publishedServiceSchema).max(64),
  /** Open tunnels of its services; nothing is told where it is left out. */
  viewers: openViewersSchema.optional(),
});
export type AgentPresence = z.infer<typeof agentPresenceSchema>;

/** signaling → agent. `challenge` comes first; `nonce`: 32 bytes base64url. */
export const toAgentSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("challenge"), nonce: publicKeySchema, serverTimeMs: timeMs }),
  z.object({ type: z.literal("welcome"), serverTimeMs: timeMs, keySuccessions: keySuccessionsSchema.optional() }),
  z.object({
    type: z.literal("viewer-joined"),
    relayId,
    sessionId: sessionIdSchema,
    serviceName: serviceNameSchema,
    relayPolicy: relayPolicySchema,
    iceServers: z.array(iceServerSchema),
  }),
  z.object({ type: z.literal("viewer-left"), relayId, code: codeSchema }),
  z.object({ type: z.literal("ice-servers"), sessionId: sessionIdSchema, iceServers: z.array(iceServerSchema) }),
  /** `by`: the viewer itself is done with it; left out where somebody took it back. */
  z.object({ type: z.literal("session-revoked"), sessionId: sessionIdSchema, by: z.literal("viewer").optional() }),
  failed,
]);
export type ToAgent = z.infer<typeof toAgentSchema>;

/** agent → signaling. `signature`: Ed25519 over `agentProof(nonce, host)`. */
export const fromAgentSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    versions,
    serverId: serverIdSchema,
    signature,
    presence: agentPresenceSchema,
  }),
  z.object({ type: z.literal("presence"), presence: agentPresenceSchema }),
  z.object({ type: z.literal("viewer-dismissed"), relayId, code: codeSchema }),
]);
export type FromAgent = z.infer<typeof fromAgentSchema>;

/** viewer → signaling, first and only text message. */
export const fromViewerSchema = z.object({
  type: z.literal("join"),
  versions,
  signalingTicket: z.string().min(1).max(128),
});
export type FromViewer = z.infer<typeof fromViewerSchema>;

/** signaling → viewer. */
export const toViewerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("joined"), relayId, serverTimeMs: timeMs }),
  z.object({ type: z.literal("ice-servers"), iceServers: z.array(iceServerSchema) }),
  z.object({ type: z.literal("peer-left"), code: codeSchema }),
  failed,
]);
export type ToViewer = z.infer<typeof toViewerSchema>;

/**
 * Binary envelope of relay bytes, both sockets, both ways.
 * offset 0, 1 byte: 0x01 data, 0x02 credit; offset 1, 4 bytes BE: relayId; then the sealed message, or 8 bytes BE:
 * absolute bytes that the sender of this message is ready to take on this relayId. Counted in bytes of the sealed
 * messages, without the envelope; `limits.relayCreditBytes` are granted from the start, without a message.
 */
export const relayEnvelope = { data: 0x01, credit: 0x02, headerBytes: 5 } as const;

/** The text that an agent signs to prove its key on a socket: bound to the nonce and the host it meant to reach. */
export function agentProof(nonce: string, host: string): string {
  return `culvert-agent-hello\n${nonce}\n${host}`;
}

/** The text that an agent signs to redeem an enrolment code. */
export function enrolmentProof(enrolmentCode: string, identityKey: string, noiseKey: string): string {
  return `culvert-enrolment\n${enrolmentCode}\n${identityKey}\n${noiseKey}`;
}

/** The text by which an identity key vouches for a Noise key. */
export function noiseKeyProof(noiseKey: string): string {
  return `culvert-noise-key\n${noiseKey}`;
}
