/** Ed25519 signatures by which an agent proves its keys. */
import { createPublicKey, verify } from "node:crypto";

/** True where `signature` is the identity key's over the text. Keys and signatures are base64url, shape already checked. */
export function isSignedBy(identityKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: identityKey }, format: "jwk" });
    return verify(null, Buffer.from(text, "utf8"), key, Buffer.from(signature, "base64url"));
  } catch {
    // Not a point of the curve.
    return false;
  }
}
