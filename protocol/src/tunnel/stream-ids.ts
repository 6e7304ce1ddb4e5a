/**
 * Stream ids: consecutive per opener, viewer even, agent odd, never used twice.
 * Invariant: finished indices are kept for the tunnel's life, so that a late opening opens nothing.
 *
 * index   0        1  2  3 …
 * viewer  0        2  4  6 …   (0 is the control stream)
 * agent   –        1  3  5 …
 */
import { RangeSet } from "./range-set.ts";

/** Who opened a stream. */
export type Role = "viewer" | "agent";

export const controlStreamId = 0;

/** The opener that an id belongs to. */
export function openerOf(id: number): Role {
  return id % 2 === 0 ? "viewer" : "agent";
}

/** The place of an id among its opener's streams, from 1; 0 for the control stream. */
export function indexOf(id: number): number {
  return Math.ceil(id / 2);
}

/** The id of an opener's stream. */
export function idOf(opener: Role, index: number): number {
  return opener === "viewer" ? index * 2 : index * 2 - 1;
}

/** The ids of one opener: how far it may go and which are over. */
export class IdLedger {
  readonly #finished = new RangeSet();
  #finishedCount = 0;
  #highest = 0;
  #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The highest index that may be opened. */
  get limit(): number {
    return this.#limit;
  }

  /** The highest index seen. */
  get highest(): number {
    return this.#highest;
  }

  get finishedCount(): number {
    return this.#finishedCount;
  }

  isFinished(index: number): boolean {
    return this.#finished.has(index);
  }

  /** The next index of this opener. */
  take(): number {
    this.#highest += 1;
    return this.#highest;
  }

  /** Notes that the peer used an index. */
  see(index: number): void {
    this.#highest = Math.max(this.#highest, index);
  }

  /** Notes that a stream is over. */
  finish(index: number): void {
    if (this.#finished.has(index)) return;
    this.#finished.add(index, index + 1);
    this.#finishedCount += 1;
  }

  /** Raises the limit; true where it rose. */
  raise(limit: number): boolean {
    if (limit <= this.#limit) return false;
    this.#limit = limit;
    return true;
  }
}
