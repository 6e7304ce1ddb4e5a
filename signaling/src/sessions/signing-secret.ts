/**
 * The secret that session tokens are signed with: an Ed25519 key as JWK and, beside its members, the successions that led to
 * it. One text for one node's file and for the secret that all nodes of a cluster share.
 * Invariant: a key is followed by another by its own signature alone.
 */
import { TunnelError } from "@culvert/protocol";
import {
  type KeySuccessionClaims,
  keySuccessions,
  keySuccessionsSchema,
  keySuccessionType,
  type SigningKey,
  signingKeySchema,
} from "@culvert/protocol/signaling";
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from "jose";
import { z } from "zod";

/** Its name in the data folder. */
export const signingKeyFile = "signing-key.json";

const storedSchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: signingKeySchema.shape.x,
  d: z.string(),
  successions: keySuccessionsSchema.default([]),
});

/** What a secret holds. */
export interface SigningSecret {
  readonly publicKey: SigningKey;
  readonly privateKey: CryptoKey;
  readonly successions: readonly string[];
}

/** A secret with a new key that follows none. */
export async function newSigningSecret(): Promise<string> {
  return textOf(await newKey(), []);
}

/** Reads a secret. Throws `internal` with `where` it came from where it holds no key. */
export async function readSigningSecret(text: string, where: string): Promise<SigningSecret> {
  try {
    const { successions, ...key } = storedSchema.parse(JSON.parse(text));
    const privateKey = await importJWK(key, "EdDSA");
    if (privateKey instanceof Uint8Array) throw new TypeError("a symmetric key");
    return { publicKey: await publicHalf(key.x), privateKey, successions };
  } catch (cause) {
    throw new TunnelError("internal", `${where} does not hold an Ed25519 key.`, {
      cause,
      hint: "Bring it back from a backup, or remove it and enrol every machine again.",
    });
  }
}

/** The secret that follows this one: a new key, and the old one's word for it. */
export async function succeedingSecret(secret: SigningSecret, nowMs: number): Promise<string> {
  const key = await newKey();
  const claims = { iat: Math.floor(nowMs / 1000), successor: await publicHalf(key.x) };
  const succession = await new SignJWT(claims satisfies KeySuccessionClaims)
    .setProtectedHeader({ alg: "EdDSA", typ: keySuccessionType, kid: secret.publicKey.kid })
    .sign(secret.privateKey);
  return textOf(key, [...secret.successions, succession].slice(-keySuccessions));
}

interface PrivateKey {
  readonly x: string;
  readonly d: string;
}

async function newKey(): Promise<PrivateKey> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const { x = "", d = "" } = await exportJWK(privateKey);
  return { x, d };
}

async function publicHalf(x: string): Promise<SigningKey> {
  return { kid: await calculateJwkThumbprint({ kty: "OKP", crv: "Ed25519", x }), kty: "OKP", crv: "Ed25519", x };
}

function textOf({ x, d }: PrivateKey, successions: readonly string[]): string {
  return `${JSON.stringify({ kty: "OKP", crv: "Ed25519", x, d, ...(successions.length > 0 ? { successions } : {}) })}\n`;
}
