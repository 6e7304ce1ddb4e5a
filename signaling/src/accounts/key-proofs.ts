/**
 * Proofs that a browser holds the key its sign-in is bound to. Where apps are ports of the dashboard's host every program
 * there gets the session cookie, so the cookie alone proves nothing. Invariant: a proof is of one sign-in, made of a
 * signature by that sign-in's key over a challenge of ours, and stands in no cookie and no address.
 *
 * Browser → server, by `POST /api/auth/proofs`: a JWS (ES256, typ `culvert-key+jwt`) whose header holds the public key,
 * `aud` this origin, `nonce` a challenge. Server → browser: the proof, to be shown as `x-culvert-proof` with each request
 * and as a subprotocol with each WebSocket. It follows RFC 9449 (embedded key, server-provided nonce, thumbprint), but a
 * request shows the short-lived proof and no signature of its own: event streams and sockets could carry none.
 */
import { hkdfSync } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { TunnelError } from "@culvert/protocol";
import { type KeyChallenge, type KeyProof, proofHeader, signedKeyType } from "@culvert/protocol/signaling";
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { serverLimits } from "../limits.ts";

const thumbprint = /^[A-Za-z0-9_-]{43}$/;

/** What they stand on. `secret`: the one that signs cookies; what is used of it here opens nothing else. */
export interface KeyProofsOptions {
  readonly secret: string;
  readonly origin: string;
  readonly nowMs: () => number;
}

/** A sign-in and the key it is bound to. */
export interface BoundSignIn {
  readonly signInId: string;
  readonly keyThumbprint: string | null;
}

export class KeyProofs {
  readonly #secret: Uint8Array;
  readonly #origin: string;
  readonly #nowMs: () => number;

  constructor({ secret, origin, nowMs }: KeyProofsOptions) {
    this.#secret = new Uint8Array(hkdfSync("sha256", secret, "", "culvert-key-proofs", 32));
    this.#origin = origin;
    this.#nowMs = nowMs;
  }

  /** Something new to sign; no secret. */
  async challenge(): Promise<KeyChallenge> {
    const expiresAt = this.#nowMs() + serverLimits.keyChallengeMs;
    return { challenge: await this.#sign("culvert-challenge+jwt", {}, expiresAt) };
  }

  /** A proof for a sign-in; throws `expired` for an old challenge, `unauthenticated` for another key or no signature. */
  async prove({ signInId, keyThumbprint }: BoundSignIn, signed: string): Promise<KeyProof> {
    const { key, nonce } = await this.#verifySigned(signed);
    await this.#verifyChallenge(nonce);
    if (keyThumbprint === null || (await calculateJwkThumbprint(key)) !== keyThumbprint) throw anotherKey();
    const expiresAt = this.#nowMs() + serverLimits.keyProofMs;
    const proof = await this.#sign("culvert-proof+jwt", { sid: signInId }, expiresAt);
    return { proof, lastsMs: serverLimits.keyProofMs };
  }

  /** True where the headers show a proof of this sign-in that is not over. */
  async isShown({ signInId }: BoundSignIn, headers: IncomingHttpHeaders): Promise<boolean> {
    const shown = headers[proofHeader];
    if (typeof shown !== "string") return false;
    const verified = await this.#verify("culvert-proof+jwt", shown);
    return verified?.sid === signInId;
  }

  async #verifySigned(signed: string): Promise<{ readonly key: JWK; readonly nonce: unknown }> {
    try {
      const { payload, protectedHeader } = await jwtVerify(signed, EmbeddedJWK, {
        algorithms: ["ES256"],
        typ: signedKeyType,
        audience: this.#origin,
        // The browser's clock says nothing: the challenge has the time.
        currentDate: new Date(this.#nowMs()),
      });
      return { key: protectedHeader.jwk ?? {}, nonce: payload.nonce };
    } catch (cause) {
      throw new TunnelError("unauthenticated", "This is no proof of a key.", { cause });
    }
  }

  async #verifyChallenge(nonce: unknown): Promise<void> {
    if (typeof nonce === "string" && (await this.#verify("culvert-challenge+jwt", nonce)) !== undefined) return;
    throw new TunnelError("expired", "What was signed is no challenge of this server, or an old one.", {
      hint: "Ask for another challenge.",
    });
  }

  #sign(typ: string, claims: Readonly<Record<string, string>>, expiresAtMs: number): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: "HS256", typ })
      .setExpirationTime(Math.floor(expiresAtMs / 1000))
      .sign(this.#secret);
  }

  async #verify(typ: string, token: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const currentDate = new Date(this.#nowMs());
    const options = { algorithms: ["HS256"], typ, requiredClaims: ["exp"], currentDate };
    return jwtVerify(token, this.#secret, options).then(
      ({ payload }) => payload,
      () => undefined,
    );
  }
}

/** The key that a sign-in names; throws `invalid-request` where it names none, since nobody could use it then. */
export function namedKey(named: unknown): string {
  if (typeof named === "string" && thumbprint.test(named)) return named;
  throw new TunnelError("invalid-request", "This sign-in names no key of its browser.", {
    hint: "Reload the page and sign in again.",
  });
}

/** What of the accounts library's session row proofs go by. */
export function boundSignInOf(session: { readonly id: string }): BoundSignIn {
  const key = "keyThumbprint" in session ? session.keyThumbprint : null;
  return { signInId: session.id, keyThumbprint: typeof key === "string" ? key : null };
}

function anotherKey(): TunnelError {
  return new TunnelError("unauthenticated", "This sign-in was made by another browser, or its key is gone.", {
    hint: "Sign in again.",
  });
}
