/** What this browser's key signs: a compact JWS (RFC 7515) with ES256, its public key in the header (as RFC 9449 §4.2). */
import { signedKeyType } from "@culvert/protocol/signaling";

/** Proves that the pair is held: signed over a challenge, for one dashboard. */
export async function signKey(keys: CryptoKeyPair, challenge: string, dashboardOrigin: string): Promise<string> {
  const header = { alg: "ES256", typ: signedKeyType, jwk: await publicJwk(keys) };
  const signingInput = `${base64url(header)}.${base64url({ aud: dashboardOrigin, nonce: challenge })}`;
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = await crypto.subtle.sign(algorithm, keys.privateKey, new TextEncoder().encode(signingInput));
  return `${signingInput}.${base64url(new Uint8Array(signature))}`;
}

/** RFC 7638: SHA-256 over the required members in the order of their names. */
export async function thumbprintOf(keys: CryptoKeyPair): Promise<string> {
  const text = JSON.stringify(await publicJwk(keys));
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** The required members of an EC key alone (RFC 7638 §3.2). */
async function publicJwk({ publicKey }: CryptoKeyPair): Promise<JsonWebKey> {
  const { crv = "", kty = "", x = "", y = "" } = await crypto.subtle.exportKey("jwk", publicKey);
  return { crv, kty, x, y };
}

function base64url(value: object | Uint8Array): string {
  const bytes = value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
