/**
 * The signer of remote session tokens, which agents alone verify. Invariant: the private key lives in a 0600 file
 * outside the store, so nobody mints a token from a database or its backup.
 */
import { join } from "node:path";
import { limits, TunnelError } from "@culvert/protocol";
import { type RedeemedEnrollment, type SessionTokenClaims, sessionTokenType } from "@culvert/protocol/signaling";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { readOrCreateSecret } from "../keys/index.ts";

/** The public half as agents pin it. */
export type SigningKey = RedeemedEnrollment["signingKeys"][number];

/** What a token says beside issuer, times and its own id. */
export type TokenSubject = Pick<SessionTokenClaims, "aud" | "sub" | "sid" | "svc"> & {
  readonly tokenId: string;
  readonly deviceThumbprint: string;
  readonly sessionExpiresAt: number;
  readonly nowMs: number;
};

export class SessionTokens {
  readonly publicKey: SigningKey;
  readonly #privateKey: CryptoKey;
  readonly #issuer: string;

  private constructor(publicKey: SigningKey, privateKey: CryptoKey, issuer: string) {
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
    this.#issuer = issuer;
  }

  /** The signer of a data folder; makes `signing-key.json` where there is none and no key is given. */
  static async open(dataFolder: string, issuer: string, givenKey?: string): Promise<SessionTokens> {
    const path = givenKey === undefined ? join(dataFolder, "signing-key.json") : "CULVERT_SIGNING_KEY";
    const text =
      givenKey ??
      (await readOrCreateSecret(path, async () => {
        const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
        return `${JSON.stringify(await exportJWK(privateKey))}\n`;
      }));
    const key = parseKey(text);
    const privateKey = key === undefined ? undefined : await importJWK(key, "EdDSA");
    if (key?.x === undefined || privateKey === undefined || privateKey instanceof Uint8Array) {
      throw new TunnelError("internal", `${path} does not hold an Ed25519 key.`, {
        hint: "Bring it back from a backup, or remove it and enrol every machine again.",
      });
    }
    const kid = await calculateJwkThumbprint(key);
    return new SessionTokens({ kid, kty: "OKP", crv: "Ed25519", x: key.x }, privateKey, issuer);
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

function parseKey(text: string): JWK | undefined {
  try {
    const key: JWK = JSON.parse(text);
    return key.kty === "OKP" && key.crv === "Ed25519" && typeof key.d === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}
