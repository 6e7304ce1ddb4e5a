/**
 * Events that come faster than a page should be drawn. Invariant: the first one after a pause is handed on at once, those
 * that follow within the pause together, in order; none is lost but what waits at close().
 */

/** Clock and timers of the page. */
export interface BatchClock {
  nowMs(): number;
  /** Calls once, later; the function that it gives calls it off. */
  after(ms: number, call: () => void): () => void;
}

/** The page's own. */
export const pageClock: BatchClock = {
  nowMs: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export class EventBatch<Event> {
  readonly #pauseMs: number;
  readonly #take: (events: readonly Event[]) => void;
  readonly #clock: BatchClock;
  #waiting: Event[] = [];
  #handedOnMs = Number.NEGATIVE_INFINITY;
  #callOff: (() => void) | undefined;

  /** `take` is called with events at most once in `pauseMs`. */
  constructor(pauseMs: number, take: (events: readonly Event[]) => void, clock: BatchClock = pageClock) {
    this.#pauseMs = pauseMs;
    this.#take = take;
    this.#clock = clock;
  }

  add(event: Event): void {
    this.#waiting.push(event);
    if (this.#callOff !== undefined) return;
    const leftMs = this.#handedOnMs + this.#pauseMs - this.#clock.nowMs();
    if (leftMs <= 0) this.#handOn();
    else this.#callOff = this.#clock.after(leftMs, () => this.#handOn());
  }

  /** Drops what waits. */
  close(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#waiting = [];
  }

  #handOn(): void {
    this.#callOff = undefined;
    this.#handedOnMs = this.#clock.nowMs();
    const events = this.#waiting;
    this.#waiting = [];
    this.#take(events);
  }
}
