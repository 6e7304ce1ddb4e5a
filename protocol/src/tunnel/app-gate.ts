/**
 * How long app streams wait for a path that may carry them while the tunnel lives on a relay that may not.
 * Invariant: it fails streams, never the tunnel.
 */
import type { Stream } from "./stream.ts";

/** The two waits: of streams that the peer never saw, and of streams that lost their path. */
export interface AppWaits {
  readonly directWaitMs: number;
  readonly graceMs: number;
}

/** Says whether app streams can go, and which have waited too long. */
export class AppGate {
  readonly #waits: AppWaits;
  #isOpen = false;
  /** Since when the tunnel is attached without a path for app streams; undefined where it is not. */
  #sinceMs: number | undefined;

  constructor(waits: AppWaits) {
    this.#waits = waits;
  }

  /** Tells what the paths can do now; true where app streams may start from now on. */
  update(isAttached: boolean, canCarryApp: boolean, nowMs: number): boolean {
    const opened = canCarryApp && !this.#isOpen;
    this.#isOpen = canCarryApp;
    // Without any path the tunnel's own grace time counts.
    this.#sinceMs = isAttached && !canCarryApp ? (this.#sinceMs ?? nowMs) : undefined;
    return opened;
  }

  /** When the first of the streams has waited too long. */
  deadlineMs(streams: Iterable<Stream>): number {
    let deadlineMs = Number.POSITIVE_INFINITY;
    if (this.#sinceMs === undefined) return deadlineMs;
    for (const stream of streams) deadlineMs = Math.min(deadlineMs, this.#deadlineOf(stream, this.#sinceMs));
    return deadlineMs;
  }

  /** The streams that have waited too long. */
  expired(streams: Iterable<Stream>, nowMs: number): Stream[] {
    const sinceMs = this.#sinceMs;
    if (sinceMs === undefined) return [];
    return [...streams].filter((stream) => this.#deadlineOf(stream, sinceMs) <= nowMs);
  }

  #deadlineOf(stream: Stream, sinceMs: number): number {
    if (stream.kind === "control" || stream.state === "resetting") return Number.POSITIVE_INFINITY;
    if (stream.state === "open") return sinceMs + this.#waits.graceMs;
    return Math.max(sinceMs, stream.openedAtMs) + this.#waits.directWaitMs;
  }
}
