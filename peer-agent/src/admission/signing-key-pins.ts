/**
 * The control plane's keys for session tokens, as this agent trusts them: pinned at enrolment, then followed from one to the
 * next by the word of the key before.
 * Invariant: nothing but a signature of a key that is pinned pins another, and a key that was followed never comes back.
 */
import { limits } from "@culvert/protocol";
import { keySuccessionClaimsSchema, keySuccessionType, type SigningKey } from "@culvert/protocol/signaling";
import { calculateJwkThumbprint, importJWK, jwtVerify } from "jose";

/** `endsAtMs`, in the control plane's time: it was followed by another and is trusted until then. */
export type PinnedKey = SigningKey & { readonly endsAtMs?: number | undefined };
export type PinnedKeys = readonly PinnedKey[];

export class SigningKeyPins {
  #keys: PinnedKeys;
  #following: Promise<void> = Promise.resolve();
  readonly #onChanged: (keys: PinnedKeys) => void;

  /** `onChanged` is called with what is to be kept, each time that it changes. */
  constructor(keys: PinnedKeys, onChanged: (keys: PinnedKeys) => void = () => {}) {
    this.#keys = keys;
    this.#onChanged = onChanged;
  }

  /** Those that are trusted at this time of the control plane, once all that was told is followed. */
  async at(nowMs: number): Promise<PinnedKeys> {
    await this.#following;
    return this.#trusted(nowMs);
  }

  /** Follows what the control plane tells, oldest first; passes over what no trusted key signed. Never rejects. */
  follow(successions: readonly string[], nowMs: number): Promise<void> {
    this.#following = this.#following.then(() => this.#follow(successions, nowMs));
    return this.#following;
  }

  #trusted(nowMs: number): PinnedKeys {
    return this.#keys.filter(({ endsAtMs = Number.POSITIVE_INFINITY }) => nowMs < endsAtMs);
  }

  async #follow(successions: readonly string[], nowMs: number): Promise<void> {
    let hasChanged = false;
    for (const succession of successions) {
      const step = await this.#read(succession, nowMs);
      if (step === undefined || this.#keys.some(({ kid }) => kid === step.successor.kid)) continue;
      const endsAtMs = nowMs + limits.succeededKeyMs;
      this.#keys = [
        ...this.#trusted(nowMs).map((key) => (key.kid === step.kid ? { ...key, endsAtMs } : key)),
        step.successor,
      ];
      hasChanged = true;
    }
    if (hasChanged) this.#onChanged(this.#keys);
  }

  /** The key that signed and the one that follows it; undefined where it says nothing to this agent. */
  async #read(succession: string, nowMs: number): Promise<{ kid: string; successor: SigningKey } | undefined> {
    try {
      const trusted = this.#trusted(nowMs);
      const { payload, protectedHeader } = await jwtVerify(
        succession,
        async ({ kid }) => {
          const key = trusted.find((pinned) => pinned.kid === kid);
          if (key === undefined) throw new TypeError("signed with a key that is not pinned");
          return importJWK({ kty: key.kty, crv: key.crv, x: key.x, alg: "EdDSA" });
        },
        { algorithms: ["EdDSA"], typ: keySuccessionType, currentDate: new Date(nowMs) },
      );
      const { successor } = keySuccessionClaimsSchema.parse(payload);
      if ((await calculateJwkThumbprint(successor)) !== successor.kid) return undefined;
      return { kid: String(protectedHeader.kid), successor };
    } catch {
      return undefined;
    }
  }
}
