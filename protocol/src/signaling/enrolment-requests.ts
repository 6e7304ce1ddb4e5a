/** Enrolment that begins at the machine, and new keys for an enrolled one. Times: ms since 1970. */
import { z } from "zod";
import { agentPublicKeySchema, redeemedEnrollmentSchema } from "./api.ts";
import { serverIdSchema } from "./ids.ts";

const timeMs = z.number().int().nonnegative();
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

/** 26 characters of lower-case base32; whoever knows it may ask for the request and, signed in, approve it. */
const requestCode = z.string().min(1).max(128);

/** `POST /api/enrollments/requests` (agent). `signature`: over `enrolmentRequestProof`. */
export const askEnrollmentSchema = agentPublicKeySchema.extend({
  label: z.string().min(1).max(64),
  platform: z.string().max(32),
  signature,
});
export type AskEnrollment = z.infer<typeof askEnrollmentSchema>;

/** The link that the machine shows; its code stands in the fragment. */
export const askedEnrollmentSchema = z.object({ code: requestCode, url: z.url(), expiresAt: timeMs });
export type AskedEnrollment = z.infer<typeof askedEnrollmentSchema>;

/** `POST /api/enrollments/requests/show` and `/approve` (signed in), `/claim` (agent). */
export const enrollmentRequestCodeSchema = z.object({ code: requestCode });

/** What the owner sees before approving: compare the fingerprint with the machine's terminal. */
export const shownEnrollmentRequestSchema = z.object({
  label: z.string(),
  platform: z.string(),
  serverId: serverIdSchema,
  expiresAt: timeMs,
  approved: z.boolean(),
});
export type ShownEnrollmentRequest = z.infer<typeof shownEnrollmentRequestSchema>;

/** `POST /api/enrollments/requests/approve` */
export const approvedEnrollmentSchema = z.object({ serverId: serverIdSchema });

/** `POST /api/enrollments/requests/claim` (agent), until the owner has approved. `signature`: over `enrolmentClaimProof`. */
export const claimEnrollmentSchema = z.object({ code: requestCode, signature });

/** Approved: what the agent keeps, and whose server it is now. */
export const claimedEnrollmentSchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("waiting"), expiresAt: timeMs }),
  z.object({ state: z.literal("approved"), approvedBy: z.string(), enrollment: redeemedEnrollmentSchema }),
]);
export type ClaimedEnrollment = z.infer<typeof claimedEnrollmentSchema>;

/** `POST /api/enrollments/rotate` (agent): new keys, vouched for by the old identity key. Answers `redeemedEnrollmentSchema`. */
export const rotateKeysSchema = z.object({
  /** The server that this machine was. */
  serverId: serverIdSchema,
  newKey: agentPublicKeySchema,
  /** By the old identity key over `rotationProof`. */
  oldSignature: signature,
  /** By the new one over the same. */
  newSignature: signature,
});
export type RotateKeys = z.infer<typeof rotateKeysSchema>;

/** The text that a machine signs to ask for enrolment. */
export function enrolmentRequestProof(origin: string, identityKey: string, noiseKey: string): string {
  return `culvert-enrolment-request\n${origin}\n${identityKey}\n${noiseKey}`;
}

/** The text that a machine signs to learn whether its request was approved. */
export function enrolmentClaimProof(code: string): string {
  return `culvert-enrolment-claim\n${code}`;
}

/** The text by which an old identity key vouches for a new one, and the new one agrees. */
export function rotationProof(serverId: string, newIdentityKey: string, newNoiseKey: string): string {
  return `culvert-key-rotation\n${serverId}\n${newIdentityKey}\n${newNoiseKey}`;
}
