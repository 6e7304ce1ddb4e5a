/**
 * How fast a peer gets places back of streams that were reset: opening and resetting costs it nothing, and costs us a
 * request to a target each time. Invariant: over any time no more places come back than the burst and what the rate gives;
 * places of streams that ended well come back at once. Pure.
 */
import { limits } from "../limits.ts";

/** Places come back in steps, so that a flood does not make a timer for each. */
const stepMs = 20;

/** Counts places that are held back. */
export class ResetPace {
  #tokens: number = limits.resetBurst;
  #held = 0;
  #countedMs: number | undefined;

  /** Places that are held back now. */
  get held(): number {
    return this.#held;
  }

  /** A stream of the peer was reset, by whomever. */
  spend(): void {
    if (this.#tokens >= 1) this.#tokens -= 1;
    else this.#held += 1;
  }

  /** Tells the time; true where places come back. */
  tick(nowMs: number): boolean {
    const passedMs = nowMs - (this.#countedMs ?? nowMs);
    if (this.#countedMs !== undefined && passedMs < stepMs) return false;
    this.#countedMs = nowMs;
    const tokens = this.#tokens + (passedMs * limits.resetsPerSecond) / 1_000;
    const back = Math.min(this.#held, Math.floor(tokens));
    this.#held -= back;
    this.#tokens = Math.min(limits.resetBurst, tokens - back);
    return back > 0;
  }

  /** When places come back; infinite where none is held. */
  get deadlineMs(): number {
    return this.#held === 0 || this.#countedMs === undefined ? Number.POSITIVE_INFINITY : this.#countedMs + stepMs;
  }
}
