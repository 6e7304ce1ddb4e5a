/** The secret of a share's link in a browser: made by its owner, used by its viewer. It never leaves but in the fragment. */
import { newShareId, type ShareId, shareSecretBytes, shareTokenPrefix, shareValues } from "@culvert/protocol/signaling";
import { fromBase64url, toBase64url } from "./base64url.ts";
import { webCryptoPrimitives } from "./web-crypto.ts";

/** A share's secret and what is told of it: hashes to agent and signaling. All base64url. */
export interface NewShareSecret {
  readonly shareId: ShareId;
  readonly secret: string;
  readonly proofHash: string;
  readonly ticketHash: string;
}

/** A new one. */
export function newShareSecret(): NewShareSecret {
  const { randomBytes, sha256, hmacSha256 } = webCryptoPrimitives;
  const secret = randomBytes(shareSecretBytes);
  const { ticket, proof } = shareValues(secret, hmacSha256);
  return {
    shareId: newShareId(randomBytes(17)),
    secret: toBase64url(secret),
    proofHash: toBase64url(sha256(proof)),
    ticketHash: toBase64url(sha256(ticket)),
  };
}

/** What a viewer shows: the ticket to signaling, the token (with the PIN) to the agent. */
export function shareCredentials(shareId: string, secret: string, pin: string | undefined) {
  const { ticket, proof } = shareValues(fromBase64url(secret), webCryptoPrimitives.hmacSha256);
  const token = { v: 1, shareId, proof: toBase64url(proof), ...(pin === undefined ? {} : { pin }) };
  return {
    ticket: toBase64url(ticket),
    token: shareTokenPrefix + toBase64url(new TextEncoder().encode(JSON.stringify(token))),
  };
}
