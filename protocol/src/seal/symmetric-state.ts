/** Noise's SymmetricState with its CipherState (Noise rev 34 §5.1, §5.2): chaining key, transcript hash, handshake key. */
import { aeadNonce } from "./aead-nonce.ts";
import { asciiBytes, joinBytes } from "./byte-runs.ts";
import type { AeadKey, SealPrimitives } from "./primitives.ts";

const hashBytes = 32;

/** One handshake's running secrets. Calls must not overlap. */
export class SymmetricState {
  readonly #primitives: SealPrimitives;
  #chainingKey: Uint8Array;
  #hash: Uint8Array;
  #key: AeadKey | null = null;
  #nextNonce = 0;

  /** InitializeSymmetric: a name of up to 32 bytes is padded, a longer one hashed. */
  constructor(primitives: SealPrimitives, protocolName: string) {
    this.#primitives = primitives;
    const name = asciiBytes(protocolName);
    const padded = new Uint8Array(hashBytes);
    if (name.length <= hashBytes) padded.set(name);
    this.#hash = name.length <= hashBytes ? padded : primitives.sha256(name);
    this.#chainingKey = this.#hash;
  }

  /** True once a key was mixed: payloads and static keys are encrypted from then on. */
  get hasKey(): boolean {
    return this.#key !== null;
  }

  /** The transcript hash, 32 bytes. */
  get hash(): Uint8Array {
    return this.#hash;
  }

  async mixKey(inputKeyMaterial: Uint8Array): Promise<void> {
    const [chainingKey, key] = this.#derive(this.#chainingKey, inputKeyMaterial);
    this.#chainingKey = chainingKey;
    await this.#setKey(key);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = this.#primitives.sha256(joinBytes(this.#hash, data));
  }

  async mixKeyAndHash(inputKeyMaterial: Uint8Array): Promise<void> {
    const [chainingKey, hash, key] = this.#derive(this.#chainingKey, inputKeyMaterial);
    this.#chainingKey = chainingKey;
    this.mixHash(hash);
    await this.#setKey(key);
  }

  /** The bytes as they go out: encrypted once there is a key. */
  async encryptAndHash(plaintext: Uint8Array): Promise<Uint8Array> {
    const sent = this.#key === null ? plaintext : await this.#key.encrypt(this.#takeNonce(), this.#hash, plaintext);
    this.mixHash(sent);
    return sent;
  }

  /** The bytes as they were meant. Rejects as the primitive does where they do not authenticate. */
  async decryptAndHash(received: Uint8Array): Promise<Uint8Array> {
    const plaintext = this.#key === null ? received : await this.#key.decrypt(this.#takeNonce(), this.#hash, received);
    this.mixHash(received);
    return plaintext;
  }

  /** The two transport keys: initiator → responder, responder → initiator. */
  async split(): Promise<readonly [AeadKey, AeadKey]> {
    const [first, second] = this.#derive(this.#chainingKey, new Uint8Array(0));
    return [await this.#primitives.importAeadKey(first), await this.#primitives.importAeadKey(second)];
  }

  /**
   * A 32-byte secret of this handshake for another use: HMAC-SHA256(chaining key, label ‖ transcript hash). Apart from
   * the transport keys by its input: `split` starts from the HMAC of the empty string.
   */
  exportSecret(label: string): Uint8Array {
    return this.#primitives.hmacSha256(this.#chainingKey, joinBytes(asciiBytes(label), this.#hash));
  }

  async #setKey(key: Uint8Array): Promise<void> {
    this.#key = await this.#primitives.importAeadKey(key);
    this.#nextNonce = 0;
  }

  #takeNonce(): Uint8Array {
    const nonce = aeadNonce(this.#nextNonce);
    this.#nextNonce += 1;
    return nonce;
  }

  /** HKDF (Noise rev 34 §4.3); the third output costs nothing to those who take two. */
  #derive(chainingKey: Uint8Array, inputKeyMaterial: Uint8Array): readonly [Uint8Array, Uint8Array, Uint8Array] {
    const { hmacSha256 } = this.#primitives;
    const temporaryKey = hmacSha256(chainingKey, inputKeyMaterial);
    const first = hmacSha256(temporaryKey, Uint8Array.of(1));
    const second = hmacSha256(temporaryKey, joinBytes(first, Uint8Array.of(2)));
    const third = hmacSha256(temporaryKey, joinBytes(second, Uint8Array.of(3)));
    return [first, second, third];
  }
}
