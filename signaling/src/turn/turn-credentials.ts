/**
 * Credentials for a TURN server that shares a secret with us and with nobody else: the time-limited scheme that coturn
 * calls `use-auth-secret` (draft-uberti-behave-turn-rest-00 §2.2). Pure: told secret and time.
 */
import { createHmac } from "node:crypto";

/** What a peer shows a TURN server. */
export interface TurnCredential {
  /** `<end of its time, seconds since 1970>:<whose>`. */
  readonly username: string;
  /** HMAC-SHA1 over the username, base64: the server makes it again from the secret it knows. */
  readonly credential: string;
}

/** A credential of `lifetimeMs` for one session; the session's id lets the TURN server count and limit by session. */
export function turnCredentialOf(
  secret: string,
  session: { readonly sessionId: string; readonly nowMs: number; readonly lifetimeMs: number },
): TurnCredential {
  const endsAt = Math.floor((session.nowMs + session.lifetimeMs) / 1000);
  const username = `${endsAt}:${session.sessionId}`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}
