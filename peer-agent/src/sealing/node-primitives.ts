/**
 * Sealing's primitives on node:crypto, synchronous throughout: on a path every message passes here, and a promise per
 * message would cost more than the cipher.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { limits } from "@culvert/protocol";
import type { AeadKey, SealPrimitives } from "@culvert/protocol/seal";
import { plainBytes } from "../bytes/plain-bytes.ts";
import { dhKeyPair } from "./dh-key-pair.ts";

const cipherName = "aes-256-gcm";
const cipherOptions = { authTagLength: limits.tagBytes };

/** AES-256-GCM, X25519, SHA-256 and HMAC of node:crypto. Key material stays in KeyObjects. */
export const nodePrimitives: SealPrimitives = {
  generateKeyPair: () => dhKeyPair(generateKeyPairSync("x25519").privateKey),
  importAeadKey: (key) => aeadKey(createSecretKey(key)),
  sha256: (data) => plainBytes(createHash("sha256").update(data).digest()),
  hmacSha256: (key, data) => plainBytes(createHmac("sha256", key).update(data).digest()),
  randomBytes: (length) => plainBytes(randomBytes(length)),
};

function aeadKey(key: KeyObject): AeadKey {
  return {
    encrypt(nonce, associatedData, plaintext) {
      const cipher = createCipheriv(cipherName, key, nonce, cipherOptions);
      cipher.setAAD(associatedData);
      const sealed = new Uint8Array(plaintext.length + limits.tagBytes);
      sealed.set(cipher.update(plaintext));
      cipher.final();
      sealed.set(cipher.getAuthTag(), plaintext.length);
      return sealed;
    },
    encryptInPlace(nonce, associatedData, message) {
      const tagAt = message.length - limits.tagBytes;
      const cipher = createCipheriv(cipherName, key, nonce, cipherOptions);
      cipher.setAAD(associatedData);
      message.set(cipher.update(message.subarray(0, tagAt)));
      cipher.final();
      message.set(cipher.getAuthTag(), tagAt);
    },
    decrypt(nonce, associatedData, ciphertext) {
      const tagAt = ciphertext.length - limits.tagBytes;
      if (tagAt < 0) throw new Error("a sealed message is at least as long as its tag");
      const decipher = createDecipheriv(cipherName, key, nonce, cipherOptions);
      decipher.setAAD(associatedData);
      decipher.setAuthTag(ciphertext.subarray(tagAt));
      const plaintext = decipher.update(ciphertext.subarray(0, tagAt));
      decipher.final();
      return plainBytes(plaintext);
    },
  };
}
