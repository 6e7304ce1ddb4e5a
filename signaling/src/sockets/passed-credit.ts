/**
 * One direction of a relay as signaling sees it pass: the bytes of one side against the credit of the other.
 * Invariant: what was passed never exceeds what was granted, so what waits here for a reader is at most
 * `relayCreditMaxBytes`. No sender is cut by mistake: credit that it has got has passed here before.
 */
import { limits } from "@culvert/protocol";

export class PassedCredit {
  #passedBytes = 0;
  #limitBytes: number = limits.relayCreditBytes;

  /** Counts a message of the sender; false where it is beyond the credit, and nothing was counted. */
  pass(payloadBytes: number): boolean {
    if (this.#passedBytes + payloadBytes > this.#limitBytes) return false;
    this.#passedBytes += payloadBytes;
    return true;
  }

  /** Takes credit of the receiver, absolute; a smaller one than before changes nothing. False where it is too far ahead. */
  grant(limitBytes: number): boolean {
    if (limitBytes - this.#passedBytes > limits.relayCreditMaxBytes) return false;
    this.#limitBytes = Math.max(this.#limitBytes, limitBytes);
    return true;
  }
}
