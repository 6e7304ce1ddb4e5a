/**
 * Sealing primitives of a browser: AES-GCM and X25519 by WebCrypto, so keys stay in its key store and bulk is fast;
 * hashes in plain JavaScript, because a handshake wants them at once. Several seals may be in flight; the endpoint keeps
 * their order.
 */
import type { AeadKey, SealPrimitives } from "@culvert/protocol/seal";
import { createNoblePrimitives } from "@culvert/protocol/seal/noble";
import { ownedBytes } from "./owned-bytes.ts";
import { generateX25519, x25519Pair } from "./x25519.ts";

const randomBytes = (lengthBytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(lengthBytes));
const hashes = createNoblePrimitives(randomBytes);

/** Primitives over `crypto.subtle`. Key pairs throw TunnelError `unsupported` in browsers without X25519. */
export const webCryptoPrimitives: SealPrimitives = {
  generateKeyPair: async () => x25519Pair(await generateX25519()),
  importAeadKey,
  sha256: hashes.sha256,
  hmacSha256: hashes.hmacSha256,
  randomBytes,
};

async function importAeadKey(bytes: Uint8Array): Promise<AeadKey> {
  const key = await crypto.subtle.importKey("raw", ownedBytes(bytes), "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    async encrypt(nonce, associatedData, plaintext) {
      const sealed = await crypto.subtle.encrypt(gcm(nonce, associatedData), key, ownedBytes(plaintext));
      return new Uint8Array(sealed);
    },
    async decrypt(nonce, associatedData, ciphertext) {
      const opened = await crypto.subtle.decrypt(gcm(nonce, associatedData), key, ownedBytes(ciphertext));
      return new Uint8Array(opened);
    },
  };
}

function gcm(nonce: Uint8Array, associatedData: Uint8Array): AesGcmParams {
  return {
    name: "AES-GCM",
    iv: ownedBytes(nonce),
    additionalData: ownedBytes(associatedData),
    tagLength: 128,
  };
}
