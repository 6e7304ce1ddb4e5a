/**
 * How fast one path delivers, and how much may be on its way on it while other paths share the work.
 * Invariant: the cap follows what was delivered in time; it falls with every delay that was noticed and never below one message.
 */
import { limits } from "../limits.ts";

/** What a path may carry before anything is known of it. */
const firstCapBytes = limits.channelQueueBytes;

/** What paths that lead the same way may carry together whatever their rates are: the way is one, however many share it. */
const sharedFloorBytes = 2 * firstCapBytes;

/** The rate is measured over at least this long. */
const sampleMs = 50;

/** What may be on its way, as a multiple of what the way holds without a queue. */
const capGain = 1.5;

/** How long a measured rate says something about now. */
export const freshMs = 2_000;

/** Rate, round trip of acknowledged bytes, and cap of one path. */
export class PathPace {
  #bytesPerMs = 0;
  #sampleBytes = 0;
  #sampleFromMs = Number.NEGATIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  #floorBytes: number = firstCapBytes;
  #landedBytes = 0;
  #tookMs: number | undefined;

  /** How long bytes take until they are acknowledged, smoothed; undefined before any were. */
  get tookMs(): number | undefined {
    return this.#tookMs;
  }

  /** Counts bytes that were acknowledged. What was sent again elsewhere says nothing and is not counted. */
  landed(bytes: number, tookMs: number, nowMs: number): void {
    this.#tookMs = this.#tookMs === undefined ? tookMs : this.#tookMs * 0.875 + tookMs * 0.125;
    if (nowMs - this.#lastMs > freshMs) {
      this.#sampleFromMs = nowMs - tookMs;
      this.#sampleBytes = 0;
      this.#bytesPerMs = 0;
    }
    this.#lastMs = nowMs;
    this.#sampleBytes += bytes;
    const elapsedMs = nowMs - this.#sampleFromMs;
    if (elapsedMs >= Math.max(sampleMs, tookMs)) {
      this.#bytesPerMs = Math.max(this.#sampleBytes / elapsedMs, this.#bytesPerMs * 0.75);
      this.#sampleFromMs = nowMs;
      this.#sampleBytes = 0;
    }
    this.#landedBytes += bytes;
    if (this.#landedBytes < this.#floorBytes) return;
    this.#landedBytes = 0;
    this.#floorBytes = Math.min(firstCapBytes, this.#floorBytes * 2);
  }

  /** Bytes were late: the path carries less until it proves itself again. */
  penalize(): void {
    this.#bytesPerMs /= 2;
    this.#landedBytes = 0;
    this.#floorBytes = Math.max(limits.dataChannelMessageBytes, this.#floorBytes / 8);
  }

  /**
   * Bytes that may be on their way: half as much again as is delivered in the shortest round trip, the wait for an ACK
   * included. So the rate can grow by half in each round trip, and a full link's queue holds half of what the link does:
   * one that runs over costs SCTP associations their windows for a long time, and key presses wait behind it. Where rates
   * are low, as on a slow link or beside a busy processor, what each may carry at least is what makes them wait: `sharers`,
   * the paths that lead the same way, share it.
   */
  capBytes(shortestRoundTripMs: number, sharers: number): number {
    const shareBytes = Math.max(limits.dataChannelMessageBytes, Math.floor(sharedFloorBytes / sharers));
    const floorBytes = Math.min(this.#floorBytes, shareBytes);
    if (this.#bytesPerMs === 0 || shortestRoundTripMs === Number.POSITIVE_INFINITY) return floorBytes;
    const ackMs = Math.min(limits.ackDelayMs, limits.ackEveryBytes / this.#bytesPerMs);
    return Math.max(floorBytes, capGain * this.#bytesPerMs * (shortestRoundTripMs + ackMs));
  }

  /** What was delivered lately; 0 where nothing was. */
  bytesPerSecond(nowMs: number): number {
    return nowMs - this.#lastMs > freshMs ? 0 : Math.round(this.#bytesPerMs * 1_000);
  }
}
