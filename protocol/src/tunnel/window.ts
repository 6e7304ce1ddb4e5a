/**
 * The receiving side of flow control: absolute credit per stream that follows consumption, within a sum per tunnel.
 * Invariant: a limit never falls; limit − consumed never exceeds the window's size; all sizes stay within the budget.
 */
import { limits } from "../limits.ts";

/**
 * Half a window that is consumed within so many round trips lets it grow. Two are enough on one path in good shape; bytes
 * that wait for a slow one of several, or behind a lost packet, make a transfer look like a slow reader.
 */
const hasteRoundTrips = 4;

/** Bytes by which windows of a tunnel may be larger than their first size, all together. */
export class WindowBudget {
  #freeBytes: number;

  constructor(freeBytes: number) {
    this.#freeBytes = Math.max(0, freeBytes);
  }

  /** Takes as much as there is, at most `wantedBytes`; returns what was taken. */
  take(wantedBytes: number): number {
    const takenBytes = Math.min(wantedBytes, this.#freeBytes);
    this.#freeBytes -= takenBytes;
    return takenBytes;
  }

  give(byteCount: number): void {
    this.#freeBytes += byteCount;
  }
}

/** Credit that a receiver has given and wants to give on one stream. */
export class Window {
  readonly #budget: WindowBudget;
  #sizeBytes: number;
  #takenBytes = 0;
  #limit: number;
  #consumed = 0;
  #grantedAtMs = Number.NEGATIVE_INFINITY;

  constructor(sizeBytes: number, budget: WindowBudget) {
    this.#budget = budget;
    this.#sizeBytes = sizeBytes;
    this.#limit = sizeBytes;
  }

  /** The offset up to which the peer may send. */
  get limit(): number {
    return this.#limit;
  }

  /** Bytes that the application has taken. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Counts consumed bytes; true where half a window or more can be granted, so that a WINDOW is due. */
  consume(byteCount: number): boolean {
    this.#consumed += byteCount;
    return this.#limit - this.#consumed <= this.#sizeBytes / 2;
  }

  /** Raises the limit by what was consumed and returns it, for a WINDOW frame on a path with this round trip. */
  grant(nowMs: number, roundTripMs: number | undefined): number {
    if (this.#limit < this.#consumed + this.#sizeBytes) {
      // Half a window so soon: the window, not the application, is what holds the peer back.
      if (nowMs - this.#grantedAtMs < hasteRoundTrips * (roundTripMs ?? 0)) this.#grow();
      this.#grantedAtMs = nowMs;
      this.#limit = this.#consumed + this.#sizeBytes;
    }
    return this.#limit;
  }

  /** The stream is over: what the window took goes back to the budget. */
  release(): void {
    this.#budget.give(this.#takenBytes);
    this.#takenBytes = 0;
  }

  #grow(): void {
    const room = Math.max(0, limits.maxWindowBytes - this.#sizeBytes);
    const grownBytes = this.#budget.take(Math.min(this.#sizeBytes, room));
    this.#takenBytes += grownBytes;
    this.#sizeBytes += grownBytes;
  }
}
