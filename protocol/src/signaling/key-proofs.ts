/**
 * Proofs by the key of a sign-in, where apps are ports of the dashboard's host. Cookies ignore ports, so there a session
 * counts with a proof by a key alone that never leaves the dashboard's origin. The document says so by a challenge in
 * `<meta name="culvert-challenge">`; an empty one asks for no proof.
 */
import { z } from "zod";

/** With each sign-in: the RFC 7638 thumbprint of the browser's key (EC P-256). The session is bound to it. */
export const keyHeader = "x-culvert-key";
/** With each request that a cookie speaks for: the proof. */
export const proofHeader = "x-culvert-proof";
/** What a viewer's WebSocket speaks, and before it the proof, which a browser cannot put into a header of its own. */
export const viewerSocketProtocol = "culvert";
export const socketProofPrefix = "culvert-proof.";

/** The typ of what the browser signs: a JWS (ES256) with `jwk` in its header, `aud` the dashboard's origin and `nonce`. */
export const signedKeyType = "culvert-key+jwt";

/** `GET /api/auth/challenge`: what to sign next, where the document's own is too old. */
export const keyChallengeSchema = z.object({ challenge: z.string() });
export type KeyChallenge = z.infer<typeof keyChallengeSchema>;

/** `POST /api/auth/proofs`; fails with `expired` for an old challenge, `unauthenticated` without session or with another key. */
export const proveKeySchema = z.object({ signed: z.string().min(1).max(4096) });

/** Its answer. `lastsMs`: from now on, so that no clock is needed. */
export const keyProofSchema = z.object({ proof: z.string(), lastsMs: z.number().int().positive() });
export type KeyProof = z.infer<typeof keyProofSchema>;
