/** What happened lately, in memory and bounded, with its listeners; how many requests a second that was. */
import type { LogRecord } from "./agent-status.ts";

/** Some minutes of a busy app; 300 bytes each. */
const recordsMax = 2_000;
/** Requests per second are told over so long. */
const rateSeconds = 5;

/** Keeps the last records, oldest first. */
export class ActivityLog {
  readonly #records: LogRecord[] = [];
  readonly #listeners = new Set<(record: LogRecord) => void>();
  /** Requests by second of the clock. */
  readonly #bySecond = new Map<number, number>();

  add(record: LogRecord, nowMs: number): void {
    this.#records.push(record);
    if (this.#records.length > recordsMax) this.#records.shift();
    if (record.type === "request") this.#count(Math.floor(nowMs / 1_000));
    for (const listener of this.#listeners) listener(record);
  }

  /** The last ones, oldest first; of those that are wanted. */
  last(count: number, isWanted: (record: LogRecord) => boolean): readonly LogRecord[] {
    const wanted = this.#records.filter(isWanted);
    return wanted.slice(Math.max(0, wanted.length - count));
  }

  /** Calls `listener` with each new record; returns what ends it. */
  onRecord(listener: (record: LogRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Requests per second over the last whole seconds. */
  requestsPerSecond(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    let sum = 0;
    for (let back = 1; back <= rateSeconds; back += 1) sum += this.#bySecond.get(second - back) ?? 0;
    return sum / rateSeconds;
  }

  #count(second: number): void {
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + 1);
    for (const known of this.#bySecond.keys()) if (known < second - rateSeconds) this.#bySecond.delete(known);
  }
}
