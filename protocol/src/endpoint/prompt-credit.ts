/**
 * How many paths may be replaced at once, before replacing has to wait: a few in a row, then one every two seconds. A network
 * that flaps is repaired promptly; one that loses every path soon does not fill the relay with negotiations.
 * Invariant: over any long time at most one attempt in `refillMs` is spent (ITU-T I.371, the generic cell rate algorithm).
 */

const burst = 8;
const refillMs = 2_000;

/** The credit of one keeper; told of time. */
export class PromptCredit {
  /** When the credit is full again. */
  #fullAtMs = Number.NEGATIVE_INFINITY;

  /** When the next attempt may begin; in the past where it may at once. */
  readyAtMs(nowMs: number): number {
    return Math.max(nowMs, this.#fullAtMs) - (burst - 1) * refillMs;
  }

  /** An attempt begins. */
  spend(nowMs: number): void {
    this.#fullAtMs = Math.max(nowMs, this.#fullAtMs) + refillMs;
  }
}
