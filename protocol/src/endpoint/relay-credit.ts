/**
 * What one side of a relay lets the other send (SPEC.md §Signaling).
 * Invariant: the limit only rises, and is never more than `limits.relayCreditMaxBytes` beyond what was taken; bytes that
 * were received and not taken, a message that is being opened included, are never more than the credit given.
 */
import { limits } from "../limits.ts";

/** The receiving side's credit of one relay path. */
export class RelayCredit {
  #windowBytes: number = limits.relayCreditBytes;
  #receivedBytes = 0;
  #takenBytes = 0;
  #limitBytes: number = limits.relayCreditBytes;

  /** Counts a message as it comes; false where it is beyond the credit. */
  receive(byteCount: number): boolean {
    this.#receivedBytes += byteCount;
    return this.#receivedBytes <= this.#limitBytes;
  }

  /**
   * Counts bytes that were opened and handed on. Returns the limit to tell, in steps of half a window; undefined where
   * there is nothing to tell yet. The window doubles with each step at which no more than a quarter of it waits to be
   * taken: this side keeps up, so credit that is on its way back is all that holds the other one.
   */
  take(byteCount: number): number | undefined {
    this.#takenBytes = Math.min(this.#receivedBytes, this.#takenBytes + byteCount);
    if (this.#takenBytes + this.#windowBytes - this.#limitBytes < this.#windowBytes / 2) return undefined;
    if (this.#receivedBytes - this.#takenBytes <= this.#windowBytes / 4) {
      this.#windowBytes = Math.min(2 * this.#windowBytes, limits.relayCreditMaxBytes);
    }
    this.#limitBytes = this.#takenBytes + this.#windowBytes;
    return this.#limitBytes;
  }
}
