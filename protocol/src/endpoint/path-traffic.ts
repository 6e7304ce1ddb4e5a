/**
 * How fast each path carries bytes, measured while some move.
 * Invariant: a timer runs only while bytes move; the last sample before it stops tells that they do not any more.
 */
import type { Clock } from "./clock.ts";

/** A path's counters, sealed bytes since it came up. */
export interface TrafficCounters {
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

/** Sealed bytes per second over the last sample. */
export interface TrafficRates {
  readonly sentBytesPerSecond: number;
  readonly receivedBytesPerSecond: number;
}

/** Short enough to follow a transfer of seconds, long enough to even out bursts. */
const sampleMs = 500;

/** Life signs and acknowledgements of an idle tunnel are no traffic. */
const quietBytes = 16 * 1024;

const none: TrafficRates = { sentBytesPerSecond: 0, receivedBytesPerSecond: 0 };

export interface PathTrafficOptions {
  readonly clock: Clock;
  /** The live paths, by id. */
  counters(): Iterable<readonly [pathId: number, counters: TrafficCounters]>;
  /** New rates are there. */
  onSample(): void;
}

/** The traffic of one tunnel's paths. */
export class PathTraffic {
  readonly #options: PathTrafficOptions;
  #before = new Map<number, TrafficCounters>();
  #rates = new Map<number, TrafficRates>();
  #sinceMs = 0;
  #movedBytes = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: PathTrafficOptions) {
    this.#options = options;
  }

  /** Rates of a path; zero where nothing moved lately. */
  rates(pathId: number): TrafficRates {
    return this.#rates.get(pathId) ?? none;
  }

  /** Bytes went out or came in. */
  moved(byteCount: number): void {
    this.#movedBytes += byteCount;
    if (this.#cancelTimer !== undefined || this.#movedBytes < quietBytes) return;
    this.#begin();
  }

  /** Measures no more. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#rates.clear();
  }

  #begin(): void {
    const { clock } = this.#options;
    this.#movedBytes = 0;
    this.#sinceMs = clock.nowMs();
    this.#before = this.#snapshot();
    this.#cancelTimer = clock.setTimer(sampleMs, () => this.#sample());
  }

  #sample(): void {
    this.#cancelTimer = undefined;
    const elapsedSeconds = Math.max(1, this.#options.clock.nowMs() - this.#sinceMs) / 1_000;
    const isQuiet = this.#movedBytes < quietBytes;
    this.#rates.clear();
    if (!isQuiet) {
      for (const [pathId, now] of this.#options.counters()) {
        const before = this.#before.get(pathId) ?? { sentBytes: 0, receivedBytes: 0 };
        this.#rates.set(pathId, {
          sentBytesPerSecond: Math.round((now.sentBytes - before.sentBytes) / elapsedSeconds),
          receivedBytesPerSecond: Math.round((now.receivedBytes - before.receivedBytes) / elapsedSeconds),
        });
      }
      this.#begin();
    } else {
      this.#movedBytes = 0;
    }
    this.#options.onSample();
  }

  #snapshot(): Map<number, TrafficCounters> {
    const counters = [...this.#options.counters()];
    return new Map(counters.map(([pathId, { sentBytes, receivedBytes }]) => [pathId, { sentBytes, receivedBytes }]));
  }
}
