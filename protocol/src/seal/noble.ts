/** Sealing primitives in plain JavaScript, for platforms without others and for tests: right everywhere, fast nowhere. */
import { gcm } from "@noble/ciphers/aes.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { DhKeyPair, SealPrimitives } from "./primitives.ts";

/** A source of unpredictable bytes, such as `crypto.getRandomValues` on a new array. */
export type RandomBytes = (lengthBytes: number) => Uint8Array;

/** Primitives over the noble libraries; all of them are synchronous. */
export function createNoblePrimitives(randomBytes: RandomBytes): SealPrimitives {
  return {
    generateKeyPair: () => nobleKeyPair(randomBytes(32)),
    importAeadKey: (key) => {
      const ownKey = Uint8Array.from(key);
      return {
        encrypt: (nonce, associatedData, plaintext) => gcm(ownKey, nonce, associatedData).encrypt(plaintext),
        decrypt: (nonce, associatedData, ciphertext) => gcm(ownKey, nonce, associatedData).decrypt(ciphertext),
      };
    },
    sha256: (data) => sha256(data),
    hmacSha256: (key, data) => hmac(sha256, key, data),
    randomBytes,
  };
}

/** The X25519 key pair of a 32-byte secret. `dh` throws for a public key of small order. */
export function nobleKeyPair(secretKey: Uint8Array): DhKeyPair {
  const ownKey = Uint8Array.from(secretKey);
  return {
    publicKey: x25519.getPublicKey(ownKey),
    dh: (remotePublicKey) => x25519.getSharedSecret(ownKey, remotePublicKey),
  };
}
