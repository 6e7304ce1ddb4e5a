/**
 * How a control plane changes the key that it signs session tokens with: the key before says which one follows it, and
 * agents that pinned the one before pin the next. SPEC.md §Signaling has it in words.
 */
import { z } from "zod";
import { publicKeySchema } from "./ids.ts";

/** An Ed25519 public key as JWK, with its RFC 7638 thumbprint as `kid`. */
export const signingKeySchema = z.object({
  kid: z.string().min(1).max(64),
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: publicKeySchema,
});
export type SigningKey = z.infer<typeof signingKeySchema>;

/** The `typ` of the JWT's header; its `alg` is EdDSA, its `kid` that of the key before. */
export const keySuccessionType = "culvert-key-succession+jwt";

/** Claims of a succession. */
export const keySuccessionClaimsSchema = z.object({
  /** Seconds. */
  iat: z.number().int(),
  successor: signingKeySchema,
});
export type KeySuccessionClaims = z.infer<typeof keySuccessionClaimsSchema>;

/** Successions that a control plane tells at most, the newest last: an agent that missed more enrols again. */
export const keySuccessions = 32;

/** Each as a compact JWS. */
export const keySuccessionsSchema = z.array(z.string().max(1_024)).max(keySuccessions);
