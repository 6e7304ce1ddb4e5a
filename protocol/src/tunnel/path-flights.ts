/**
 * What is on its way on one path: which bytes of which stream, since when, and how many were delivered.
 * Invariant: flights are in the order in which they went out, so the first one that has not landed is the oldest.
 */
import type { Stream } from "./stream.ts";

/** Bytes [from, to) of a stream, END counted as one, that went out on a path. */
export interface Flight {
  readonly stream: Stream;
  readonly from: number;
  readonly to: number;
  readonly sentMs: number;
  /** True where a flow that sends little waits for it. */
  readonly isThin: boolean;
}

/** The flights of one path. */
export class PathFlights {
  #flights: Flight[] = [];
  #head = 0;
  /** Bytes that are not acknowledged, as far as the order of flights shows it. */
  inFlightBytes = 0;
  /** When it became known last that a flight landed. */
  lastLandingMs = Number.NEGATIVE_INFINITY;
  /** When that flight went out: its acknowledgement may have come late, by another path. */
  lastLandedSentMs = Number.NEGATIVE_INFINITY;

  /** The oldest flight that has not landed. */
  get oldest(): Flight | undefined {
    for (let index = this.#head; index < this.#flights.length; index++) {
      const flight = this.#flights[index];
      if (flight !== undefined && !hasLanded(flight)) return flight;
    }
    return undefined;
  }

  /** Notes what a message carries. */
  launch(flight: Flight): void {
    this.#flights.push(flight);
    this.inFlightBytes += flight.to - flight.from;
  }

  /** Counts what landed since the last call: bytes, and how long the last of it took. */
  settle(nowMs: number): { readonly bytes: number; readonly tookMs: number } | undefined {
    let bytes = 0;
    let tookMs = 0;
    this.#skipLanded((flight) => {
      bytes += flight.to - flight.from;
      tookMs = nowMs - flight.sentMs;
      this.lastLandingMs = nowMs;
      this.lastLandedSentMs = flight.sentMs;
    });
    return this.lastLandingMs === nowMs ? { bytes, tookMs } : undefined;
  }

  /** Removes and returns what has not landed and fulfils a condition, from the oldest on while it is fulfilled. */
  takeWhile(condition: (flight: Flight) => boolean): Flight[] {
    let isTaking = true;
    return this.takeAll((flight) => {
      isTaking &&= condition(flight);
      return isTaking;
    });
  }

  /** Removes and returns what has not landed and fulfils a condition, wherever it stands. */
  takeAll(condition: (flight: Flight) => boolean = () => true): Flight[] {
    const left = this.#flights.slice(this.#head).filter((flight) => !hasLanded(flight));
    const taken = left.filter(condition);
    const isTaken = new Set(taken);
    this.#flights = left.filter((flight) => !isTaken.has(flight));
    this.#head = 0;
    this.inFlightBytes = this.#flights.reduce((sum, { from, to }) => sum + to - from, 0);
    return taken;
  }

  #skipLanded(onLanded: (flight: Flight) => void): void {
    for (let flight = this.#flights[this.#head]; flight !== undefined; flight = this.#flights[this.#head]) {
      if (!hasLanded(flight)) break;
      onLanded(flight);
      this.#pass(flight);
    }
  }

  #pass({ from, to }: Flight): void {
    this.inFlightBytes -= to - from;
    this.#head += 1;
    if (this.#head < 1_024 && this.#head < this.#flights.length) return;
    this.#flights = this.#flights.slice(this.#head);
    this.#head = 0;
  }
}

function hasLanded({ stream, from, to }: Flight): boolean {
  if (stream.state === "resetting" || stream.state === "finished") return true;
  if (stream.send.state !== "writing" && stream.send.state !== "ending") return true;
  return stream.state !== "opening" && stream.send.hasAcknowledged(from, to);
}
