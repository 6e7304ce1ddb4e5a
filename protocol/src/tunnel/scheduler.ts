/**
 * Which app stream sends next: sparse flows first, then deficit round robin (RFC 8290 §4, with streams as flows).
 * Invariant: every wanting stream is served within a bounded number of turns; bulk gets at least every tenth quantum.
 */
import type { AppShare } from "./path-table.ts";
import type { Stream } from "./stream.ts";

/** Bytes that a stream may send before the next one's turn: one full message on a data channel. */
const quantumBytes = 16 * 1024;

/** Turns of thin streams in a row while bulk waits. */
const thinTurns = 9;

/** The turns of streams that want to send. */
export class Scheduler {
  #thin: Stream[] = [];
  #bulk: Stream[] = [];
  #thinStreak = 0;

  get isEmpty(): boolean {
    return this.#thin.length === 0 && this.#bulk.length === 0;
  }

  /** Gives a stream that wants to send a place; one that has one keeps it. */
  activate(stream: Stream): void {
    if (stream.flow !== "none" || !stream.isWanting) return;
    stream.flow = "thin";
    stream.deficit = quantumBytes;
    this.#thin.push(stream);
  }

  /** The stream whose turn it is on a path with this share; it stays in its place until `charge`. */
  next(share: AppShare = "all"): Stream | undefined {
    if (share === "none") return undefined;
    for (;;) {
      const isBulkTurn =
        share === "bulk" || (share === "all" && this.#thinStreak >= thinTurns && this.#bulk.length > 0);
      const fromThin = share === "interactive" || (!isBulkTurn && this.#thin.length > 0);
      const list = fromThin ? this.#thin : this.#bulk;
      const stream = list[0];
      if (stream === undefined) return undefined;
      if (!stream.isWanting) {
        list.shift();
        // RFC 8290 §4.2: a thin flow that runs empty takes a turn among the bulk, else it would return as new at once.
        if (fromThin && this.#bulk.length > 0) this.#moveToBulk(stream);
        else stream.flow = "none";
      } else if (stream.deficit <= 0) {
        list.shift();
        stream.deficit += quantumBytes;
        this.#moveToBulk(stream);
        if (!fromThin) this.#thinStreak = 0;
      } else {
        return stream;
      }
    }
  }

  /** Counts what the stream from `next` sent. */
  charge(stream: Stream, byteCount: number): void {
    stream.deficit -= byteCount;
    if (stream.flow === "thin") this.#thinStreak += byteCount / quantumBytes;
    else this.#thinStreak = 0;
  }

  clear(): void {
    this.#thin = [];
    this.#bulk = [];
  }

  #moveToBulk(stream: Stream): void {
    stream.flow = "bulk";
    this.#bulk.push(stream);
  }
}
