/**
 * The cryptographic primitives that sealing is given: WebCrypto, node:crypto or noble implement them.
 * Each may be asynchronous because WebCrypto is; callers always await.
 */

/** A value now or later. */
export type Awaitable<T> = T | Promise<T>;

/** An X25519 key pair that never shows its private part. `publicKey`: 32 bytes, owned by the pair. */
export interface DhKeyPair {
  readonly publicKey: Uint8Array;
  /** The 32-byte shared secret with a remote public key; throws where the result is all zero (RFC 7748 §6.1). */
  dh(remotePublicKey: Uint8Array): Awaitable<Uint8Array>;
}

/**
 * One AES-256-GCM key. Nonce: 12 bytes. Output of `encrypt`: ciphertext followed by the 16-byte tag. What is passed in may
 * be changed as soon as a call has returned, also where its result is still to come (WebCrypto copies it: Web
 * Cryptography §14.3.1).
 */
export interface AeadKey {
  encrypt(nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Awaitable<Uint8Array>;
  /**
   * As `encrypt`, in place and at once: takes the plaintext with 16 bytes of room behind it, and leaves ciphertext and tag
   * there. Missing where the platform's cipher is asynchronous.
   */
  encryptInPlace?(nonce: Uint8Array, associatedData: Uint8Array, message: Uint8Array): void;
  /** Throws where the tag does not fit. */
  decrypt(nonce: Uint8Array, associatedData: Uint8Array, ciphertext: Uint8Array): Awaitable<Uint8Array>;
}

/** What Noise with 25519, AESGCM and SHA256 needs, and a source of random bytes. */
export interface SealPrimitives {
  generateKeyPair(): Awaitable<DhKeyPair>;
  importAeadKey(key: Uint8Array): Awaitable<AeadKey>;
  sha256(data: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  randomBytes(length: number): Uint8Array;
}
