/**
 * How much bulk may be on its way while somebody types: as much as makes a sparse flow wait no longer than a short while,
 * be it in a queue of the link or for a processor. After LEDBAT (RFC 6817): a background transfer keeps to a target of
 * delay, so it takes what others leave. Pure: told of bytes on their way and of round trips.
 * Invariant: it allows `leastBytes` at any time, so that bulk goes on however slow the way is.
 */
import { limits } from "../limits.ts";

/** What a sparse flow may wait longer than over the idle way: little of what a person notices, as it varies by as much again. */
const targetMs = 15;
/** On a slow way a message of bulk takes longer than that by itself: a window of less than this many would leave gaps. */
const targetMessages = 1.5;
const leastBytes = 2 * limits.dataChannelMessageBytes;
/** What the way itself makes sparse flows wait, where round trips vary; more is somebody's queue, and may be our own. */
const mostAmbientMs = 100;
/** What was seen of the way counts for less with each round trip, for ways change. */
const fading = 0.995;
/** A transfer that begins while somebody types is not known yet. */
const firstBytes = limits.initialWindowBytes;
/** What a round trip adds at most where nothing waits, and takes at most where the wait is twice the target. */
const mostGrowth = 0.2;
const mostDecline = 0.25;

/** The window of one tunnel's bulk; without a bound until `begin`. */
export class YieldingWindow {
  #bytes = Number.POSITIVE_INFINITY;
  #spell: number | undefined;
  /** The best rate of late, bytes a millisecond. */
  #bestRate = 0;
  /** What sparse flows wait that is not bulk's doing. */
  #ambientMs = 0;
  /** The most that was on its way since the last round trip was measured. */
  #peakBytes = 0;

  /** True while it bounds anything. */
  get isOn(): boolean {
    return this.#bytes !== Number.POSITIVE_INFINITY;
  }

  /** True where so much is on its way that a round trip says something about it. */
  get wantsRoundTrip(): boolean {
    return this.isOn && this.#peakBytes >= leastBytes;
  }

  /** Somebody types: from the beginning of a spell on it follows the round trips. */
  begin(spell: number, inFlightBytes: number): void {
    if (this.isOn && spell === this.#spell) return;
    this.#spell = spell;
    this.#bestRate = 0;
    this.#ambientMs = 0;
    this.#bytes = Math.max(firstBytes, inFlightBytes);
  }

  /** Nobody types any more. */
  end(): void {
    this.#bytes = Number.POSITIVE_INFINITY;
    this.#peakBytes = 0;
  }

  /** True where more bulk may join what is on its way. */
  allows(inFlightBytes: number): boolean {
    this.#peakBytes = Math.max(this.#peakBytes, inFlightBytes);
    return inFlightBytes < this.#bytes;
  }

  /** A sparse flow's round trip took so long, and so much longer than over the idle way. */
  measured(roundTripMs: number, waitMs: number): void {
    if (!this.wantsRoundTrip) return;
    const peakBytes = this.#peakBytes;
    this.#peakBytes = 0;
    // About as much as was on its way left in a round trip.
    this.#bestRate = Math.max(peakBytes / roundTripMs, this.#bestRate * fading);
    this.#ambientMs *= fading;
    if (this.#bytes === leastBytes) {
      // What the way holds without a queue makes nobody wait.
      const ownMs = Math.max(0, peakBytes / this.#bestRate - (roundTripMs - waitMs));
      this.#learnAmbient(waitMs - ownMs);
    }
    const messageMs = limits.dataChannelMessageBytes / this.#bestRate;
    const off = Math.max(-1, 1 - (waitMs - this.#ambientMs) / Math.max(targetMs, targetMessages * messageMs));
    if (off < 0) this.#bytes = Math.max(leastBytes, Math.min(this.#bytes, peakBytes) * (1 + mostDecline * off));
    // What is not used proves nothing.
    else if (peakBytes >= this.#bytes) this.#bytes *= 1 + mostGrowth * Math.min(1, off);
  }

  #learnAmbient(waitMs: number): void {
    const seenMs = Math.min(mostAmbientMs, Math.max(0, waitMs));
    this.#ambientMs = this.#ambientMs === 0 ? seenMs : this.#ambientMs * 0.75 + seenMs * 0.25;
  }
}
