/** The key of a browser at the dashboard, as its page makes and uses it. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Answer, Installation } from "./installation.ts";

/** A key pair, and what it signs. */
export interface BrowserKey {
  readonly thumbprint: string;
  /** Signs a challenge for an origin, as the page does. */
  sign(challenge: string, origin: string, typ?: string): Promise<string>;
}

/** A fresh one. */
export async function newBrowserKey(): Promise<BrowserKey> {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = await exportJWK(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    sign: (nonce, aud, typ = "culvert-key+jwt") =>
      new SignJWT({ aud, nonce }).setProtectedHeader({ alg: "ES256", typ, jwk }).sign(privateKey),
  };
}

/** A challenge of the server. */
export async function challengeOf(installation: Installation): Promise<string> {
  const answer = await installation.asDashboard({ path: "/api/auth/challenge" });
  return (answer.json as { challenge: string }).challenge;
}

/** What the server says to a signed challenge, with the cookie of who has signed in. */
export function showSigned(installation: Installation, signed: string): Promise<Answer> {
  return installation.asDashboard({ method: "POST", path: "/api/auth/proofs", body: { signed } });
}

/** A proof for who has signed in by this key. */
export async function prove(installation: Installation, key: BrowserKey): Promise<string> {
  const signed = await key.sign(await challengeOf(installation), installation.server.dashboardOrigin);
  const answer = await showSigned(installation, signed);
  if (answer.status !== 200) throw new Error(`Proving failed: ${answer.status} ${answer.text}`);
  return (answer.json as { proof: string }).proof;
}
