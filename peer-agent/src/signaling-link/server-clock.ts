/** The control plane's time, kept on a monotonic clock: a wrong or changed clock of this machine does no harm. */

/** Time as the server last told it, moved on by the monotonic clock. */
export class ServerClock {
  readonly #monotonicMs: () => number;
  #offsetMs: number;

  /** Until the server is heard, this machine's own time stands in. */
  constructor(monotonicMs: () => number, ownTimeMs: number) {
    this.#monotonicMs = monotonicMs;
    this.#offsetMs = ownTimeMs - monotonicMs();
  }

  /** The server said what time it is. */
  heard(serverTimeMs: number): void {
    this.#offsetMs = serverTimeMs - this.#monotonicMs();
  }

  /** Milliseconds since 1970 as the server counts them. */
  nowMs(): number {
    return this.#offsetMs + this.#monotonicMs();
  }
}
