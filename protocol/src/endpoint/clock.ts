/** Time as the endpoint sees it: passed in, so that tests own it. */

/** A monotonic clock in milliseconds and its one-shot timers. */
export interface Clock {
  nowMs(): number;
  /** Calls back once after at least `delayMs`; returns what cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}
