/**
 * Local candidates of an offering side, which wait until the answer is known. Told earlier, the answerer's checks would
 * succeed before this side has the answer: its first DTLS flight would be dropped and repeated a second later, or meet
 * a certificate that cannot be checked yet. The price is half a round trip.
 */
import type { CandidateLine } from "./webrtc-library.ts";

/** Passes candidates on, at once or once released. */
export class HeldCandidates {
  readonly #onCandidate: (candidate: CandidateLine) => void;
  #held: CandidateLine[] | undefined;

  constructor(onCandidate: (candidate: CandidateLine) => void) {
    this.#onCandidate = onCandidate;
  }

  /** From now on candidates wait. */
  hold(): void {
    this.#held ??= [];
  }

  /** Those that wait go on, in order, and later ones do not wait. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const candidate of held) this.#onCandidate(candidate);
  }

  tell(candidate: CandidateLine): void {
    if (this.#held === undefined) this.#onCandidate(candidate);
    else this.#held.push(candidate);
  }
}
