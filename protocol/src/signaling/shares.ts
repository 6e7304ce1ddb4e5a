/** Share links: what the control plane keeps of them, what the viewer shows the agent, and what comes of the secret. */
import { z } from "zod";
import { encodeUtf8 } from "../wire/utf8.ts";
import { remoteSessionSchema } from "./api.ts";
import { base32Name, publicKeySchema, serverIdSchema, serviceNameSchema } from "./ids.ts";

const timeMs = z.number().int().nonnegative();

/** 26 characters of lower-case base32: 130 bits. */
export const shareIdSchema = z
  .string()
  .regex(/^[a-z2-7]{26}$/)
  .brand<"ShareId">();
export type ShareId = z.infer<typeof shareIdSchema>;

/** 32 bytes as base64url: a hash, a ticket or a proof. */
const bytes32 = publicKeySchema;

/** Bytes of the secret in a share's link. */
export const shareSecretBytes = 16;

/** What the fragment of a share's link says. */
export const shareLinkSchema = z.object({
  serverId: serverIdSchema,
  shareId: shareIdSchema,
  secret: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
export type ShareLink = z.infer<typeof shareLinkSchema>;

/** The fragment of a link, without `#`. */
export function shareFragment({ serverId, shareId, secret }: ShareLink): string {
  return `${serverId}.${shareId}.${secret}`;
}

/** What a fragment says, with or without `#`; undefined where it is none of a share. */
export function readShareFragment(fragment: string): ShareLink | undefined {
  const [serverId, shareId, secret, ...rest] = fragment.replace(/^#/, "").split(".");
  const link = shareLinkSchema.safeParse({ serverId, shareId, secret });
  return link.success && rest.length === 0 ? link.data : undefined;
}

type HmacSha256 = (key: Uint8Array, data: Uint8Array) => Uint8Array;

/** The two values that come of a secret: `ticket` for signaling, `proof` for the agent alone. 32 bytes each. */
export function shareValues(secret: Uint8Array, hmacSha256: HmacSha256): { ticket: Uint8Array; proof: Uint8Array } {
  return {
    ticket: hmacSha256(secret, encodeUtf8("culvert share ticket")),
    proof: hmacSha256(secret, encodeUtf8("culvert share proof")),
  };
}

/** A new share's id, of at least 17 random bytes. */
export function newShareId(randomBytes: Uint8Array): ShareId {
  return base32Name(randomBytes) as ShareId;
}

/** `POST /api/servers/:serverId/shares`: the control plane is told of a share that the agent took. */
export const registerShareSchema = z.object({
  shareId: shareIdSchema,
  serviceName: serviceNameSchema,
  label: z.string().trim().max(64),
  /** SHA-256 of the ticket, base64url. */
  ticketHash: bytes32,
  expiresAt: timeMs,
});
export type RegisterShare = z.infer<typeof registerShareSchema>;

/** A share as its owner's dashboard sees it at the control plane. */
export const shareSummarySchema = z.object({
  shareId: shareIdSchema,
  serverId: serverIdSchema,
  serviceName: serviceNameSchema,
  label: z.string(),
  createdAt: timeMs,
  expiresAt: timeMs,
  revokedAt: timeMs.nullable(),
});
export type ShareSummary = z.infer<typeof shareSummarySchema>;

/** `GET /api/servers/:serverId/shares`, newest first. */
export const shareListSchema = z.object({ shares: z.array(shareSummarySchema) });

/** `POST /api/shares/:shareId/sessions`, without an account. `ticket`: base64url. */
export const openShareSchema = z.object({ ticket: bytes32, deviceKey: publicKeySchema });
export type OpenShare = z.infer<typeof openShareSchema>;

/** A remote session of a share: no token, because the share's own proof opens the agent. */
export const shareSessionSchema = remoteSessionSchema.omit({ remoteSessionToken: true });
export type ShareSession = z.infer<typeof shareSessionSchema>;

/** What stands behind `share.` in message 1 of a share's viewer. */
export const shareTokenSchema = z.object({
  v: z.literal(1),
  shareId: shareIdSchema,
  proof: bytes32,
  pin: z.string().min(1).max(64).optional(),
});
export type ShareToken = z.infer<typeof shareTokenSchema>;
export const shareTokenPrefix = "share.";
