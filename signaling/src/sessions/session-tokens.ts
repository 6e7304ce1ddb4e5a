/**
 * The signer of remote session tokens, which agents alone verify. Invariant: the private key lives in a 0600 file
 * outside the store, so nobody mints a token from a database or its backup.
 */
import { join } from "node:path";
import { limits } from "@culvert/protocol";
import { type SessionTokenClaims, type SigningKey, sessionTokenType } from "@culvert/protocol/signaling";
import { type CryptoKey, calculateJwkThumbprint, SignJWT } from "jose";
import { readOrCreateSecret } from "../keys/index.ts";
import { newSigningSecret, readSigningSecret, signingKeyFile } from "./signing-secret.ts";

/** What a token says beside issuer, times and its own id. */
export type TokenSubject = Pick<SessionTokenClaims, "aud" | "sub" | "sid" | "svc"> & {
  readonly tokenId: string;
  readonly deviceThumbprint: string;
  readonly sessionExpiresAt: number;
  readonly nowMs: number;
};

export class SessionTokens {
  readonly publicKey: SigningKey;
  /** What made this key follow those before it, the newest last: agents that pinned one of them follow. */
  readonly successions: readonly string[];
  readonly #privateKey: CryptoKey;
  readonly #issuer: string;

  private constructor(
    { publicKey, privateKey, successions }: Awaited<ReturnType<typeof readSigningSecret>>,
    issuer: string,
  ) {
    this.publicKey = publicKey;
    this.successions = successions;
    this.#privateKey = privateKey;
    this.#issuer = issuer;
  }

  /** The signer of a data folder; makes `signing-key.json` where there is none and no key is given. */
  static async open(dataFolder: string, issuer: string, givenKey?: string): Promise<SessionTokens> {
    const path = join(dataFolder, signingKeyFile);
    const text = givenKey ?? (await readOrCreateSecret(path, newSigningSecret));
    return new SessionTokens(
      await readSigningSecret(text, givenKey === undefined ? path : "CULVERT_SIGNING_KEY"),
      issuer,
    );
  }

  /** A signed token, good for its first use within `tokenFirstUseMs`. */
  async sign(subject: TokenSubject): Promise<string> {
    const iat = Math.floor(subject.nowMs / 1000);
    const claims = {
      iss: this.#issuer,
      aud: subject.aud,
      sub: subject.sub,
      sid: subject.sid,
      svc: subject.svc,
      jti: subject.tokenId,
      iat,
      exp: iat + limits.tokenFirstUseMs / 1000,
      sexp: Math.floor(subject.sessionExpiresAt / 1000),
      cnf: { jkt: subject.deviceThumbprint },
    } satisfies SessionTokenClaims;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "EdDSA", typ: sessionTokenType, kid: this.publicKey.kid })
      .sign(this.#privateKey);
  }
}

/** RFC 7638 thumbprint of a device key as OKP X25519 JWK: the token's `cnf`. */
export function deviceThumbprintOf(deviceKey: string): Promise<string> {
  return calculateJwkThumbprint({ kty: "OKP", crv: "X25519", x: deviceKey });
}
