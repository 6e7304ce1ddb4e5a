/** The HTTP API's objects: one source for validation, OpenAPI and the dashboard's client. Times: ms since 1970. */
import { z } from "zod";
import { type Code, isCode } from "../codes.ts";
import { publicKeySchema, serverIdSchema, serviceNameSchema, sessionIdSchema } from "./ids.ts";
import { signingKeySchema } from "./key-succession.ts";
import { openViewerSchema, wayKindSchema } from "./open-viewers.ts";
import { relayPolicySchema, serviceViewSchema } from "./services.ts";
import { iceServerSchema } from "./socket-messages.ts";

const timeMs = z.number().int().nonnegative();
const signature86 = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

/** The body of every failed answer. */
export const apiErrorSchema = z.object({
  error: z.object({
    code: z.string().refine((value): value is Code => isCode(value)),
    message: z.string(),
    hint: z.string(),
  }),
});
export type ApiError = z.infer<typeof apiErrorSchema>;

/** ready: primary service healthy; degraded: some service is not; unavailable: the primary is not. */
export const serverStateSchema = z.enum(["ready", "degraded", "unavailable", "disconnected"]);
export type ServerState = z.infer<typeof serverStateSchema>;

/** A server as the dashboard sees it: never a target, path, key's private part or address. */
export const serverViewSchema = z.object({
  serverId: serverIdSchema,
  label: z.string(),
  /** The group that an owner put it into; left out where there is none. */
  group: z.string().optional(),
  state: serverStateSchema,
  lastConnectedAt: timeMs.nullable(),
  version: z.string(),
  platform: z.string(),
  compatibility: z.enum(["compatible", "agent-too-old", "agent-too-new"]),
  capabilities: z.object({
    remoteAccessEnabled: z.boolean(),
    /** As the agent says: it opens for approved devices alone. A viewer does not rely on it. */
    locked: z.boolean().optional(),
    /** Devices and shares of the agent can be seen and changed from here. */
    desk: z.boolean().optional(),
  }),
  /** The server that this machine was before it changed its keys; the old key has signed the new one. */
  succeeds: z.object({ serverId: serverIdSchema, identityKey: publicKeySchema, signature: signature86 }).optional(),
  primaryService: serviceViewSchema.pick({ serviceId: true, serviceName: true, supportedProtocols: true }).nullable(),
  services: z.array(serviceViewSchema),
  /** Open tunnels as the agent tells of them; left out where it tells nothing of them. */
  viewers: z.array(openViewerSchema).optional(),
});
export type ServerView = z.infer<typeof serverViewSchema>;

/** `GET /api/servers` */
export const serverListSchema = z.object({ servers: z.array(serverViewSchema) });

/** One event of `GET /api/servers/events` (server-sent events, event name = type, data = this JSON). */
export const serverEventSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("servers"), servers: z.array(serverViewSchema) }),
  z.object({ type: z.literal("server"), server: serverViewSchema }),
  z.object({ type: z.literal("server-removed"), serverId: serverIdSchema }),
]);
export type ServerEvent = z.infer<typeof serverEventSchema>;

/** The agent's public keys: the viewer checks that identityKey names serverId and that it signed noiseKey. */
export const agentPublicKeySchema = z.object({
  identityKey: publicKeySchema,
  noiseKey: publicKeySchema,
  noiseKeySignature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type AgentPublicKey = z.infer<typeof agentPublicKeySchema>;

/** `POST /api/servers/:serverId/sessions`. `deviceKey`: the viewer's X25519 public key, base64url. */
export const createSessionSchema = z.object({
  serviceName: serviceNameSchema.optional(),
  deviceKey: publicKeySchema,
  /** What the viewer can use: a browser opens web apps alone. `http` where it is left out. */
  mode: z.enum(["http", "tcp"]).optional(),
});
export type CreateSession = z.infer<typeof createSessionSchema>;

/** The control plane's short-lived grant. */
export const remoteSessionSchema = z.object({
  sessionId: sessionIdSchema,
  serverId: serverIdSchema,
  serviceId: z.string(),
  serviceName: serviceNameSchema,
  remoteSessionToken: z.string(),
  signalingTicket: z.string(),
  expiresAt: timeMs,
  iceServers: z.array(iceServerSchema),
  relayPolicy: relayPolicySchema,
  agentPublicKey: agentPublicKeySchema,
  appOrigin: z.url(),
  signalingUrl: z.url(),
});
export type RemoteSession = z.infer<typeof remoteSessionSchema>;

/** `POST /api/sessions/end`: whoever opened a session is done with it. Its ticket is the proof; there need be no account. */
export const endSessionSchema = z.object({ signalingTicket: z.string().min(1).max(128) });
export type EndSession = z.infer<typeof endSessionSchema>;

/** `GET /api/sessions`: remote sessions of this account, newest first. */
export const sessionSummarySchema = z.object({
  sessionId: sessionIdSchema,
  serverId: serverIdSchema,
  serviceName: serviceNameSchema,
  createdAt: timeMs,
  expiresAt: timeMs,
  revokedAt: timeMs.nullable(),
  /** The share by whose link it was opened; null for one of the account's own. */
  shareId: z.string().nullable(),
  /** What its owner calls that share; null where it has no name, or there was none. */
  shareLabel: z.string().nullish(),
  /** The member who opened it, by name; null for a share's viewer. */
  openedBy: z.string().nullish(),
  /** The best kind of way that it has had, as its agent told; null where it told of none. */
  way: wayKindSchema.nullable().optional(),
});

export const sessionListSchema = z.object({ sessions: z.array(sessionSummarySchema) });
export type SessionSummary = z.infer<typeof sessionSummarySchema>;

/** `PATCH /api/servers/:serverId`: the owner's own name for it, and its group, empty for none. Answers `serverViewSchema`. */
export const changeServerSchema = z
  .object({ label: z.string().trim().min(1).max(64).optional(), group: z.string().trim().max(32).optional() })
  .refine(({ label, group }) => label !== undefined || group !== undefined, "nothing to change");
export type ChangeServer = z.infer<typeof changeServerSchema>;

/** `GET /api/diagnostics/leaks`: requests that reached an app origin's host although a worker should have answered. */
export const leakReportSchema = z.object({
  total: z.number().int().nonnegative(),
  origins: z.array(
    z.object({
      appOrigin: z.url(),
      /** Navigations answered with the boot document. */
      navigations: z.number().int().nonnegative(),
      /** Everything else, answered with 503. */
      requests: z.number().int().nonnegative(),
    }),
  ),
});
export type LeakReport = z.infer<typeof leakReportSchema>;

/** `POST /api/enrollments` (owner signed in). `command`: what to type on the machine. */
export const enrollmentSchema = z.object({ code: z.string(), expiresAt: timeMs, command: z.string() });
export type Enrollment = z.infer<typeof enrollmentSchema>;

/** `POST /api/enrollments/redeem` (agent). `signature`: Ed25519 over `enrolmentProof`. */
export const redeemEnrollmentSchema = z.object({
  code: z.string().min(1).max(128),
  label: z.string().min(1).max(64),
  identityKey: publicKeySchema,
  noiseKey: publicKeySchema,
  noiseKeySignature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type RedeemEnrollment = z.infer<typeof redeemEnrollmentSchema>;

/** What the agent keeps: its name, and the Ed25519 keys (JWK) that it pins for session tokens. */
export const redeemedEnrollmentSchema = z.object({
  serverId: serverIdSchema,
  signingKeys: z.array(signingKeySchema),
});
export type RedeemedEnrollment = z.infer<typeof redeemedEnrollmentSchema>;

/** Claims of a remoteSessionToken: JWT, EdDSA, typ `culvert-session+jwt`, header kid; verified by the agent alone. */
export const sessionTokenClaimsSchema = z.object({
  iss: z.string(),
  aud: serverIdSchema,
  sub: z.string(),
  sid: sessionIdSchema,
  svc: z.string(),
  jti: z.string().min(1).max(64),
  iat: z.number().int(),
  exp: z.number().int(),
  /** Session end, seconds. */
  sexp: z.number().int(),
  /** RFC 7638 thumbprint of the device key as OKP X25519 JWK. */
  cnf: z.object({ jkt: z.string() }),
});
export type SessionTokenClaims = z.infer<typeof sessionTokenClaimsSchema>;
export const sessionTokenType = "culvert-session+jwt";
