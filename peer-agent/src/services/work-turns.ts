/**
 * What viewers make an agent begin and give up, in turns: a burst of one viewer holds up another's request by a slice of the
 * event loop, not by the burst. Invariant: nobody waits while there is room, and each viewer's turns come in their order.
 */

/** Turns that need not wait, in one round of the event loop: what a page asks for at once. */
const freeTurns = 4;
/** What waits is let go for so long before the event loop goes round. */
const sliceMs = 1;
/** Callbacks of one round: what a turn began has run when the next callback asks for the time. */
const mostPerRound = 32;

/** One viewer's place in the circle. */
export interface ViewerTurns {
  /** Resolves when it is this viewer's turn; at once where there is room. */
  take(): Promise<void>;
}

/** One agent's circle of viewers. */
export class WorkTurns {
  /** Viewers that wait, the next one first; a viewer stands here once, with all that it waits for. */
  readonly #circle: Waiting[] = [];
  #taken = 0;
  #isRound = false;

  viewer(): ViewerTurns {
    const waiting: Waiting = [];
    return { take: () => this.#take(waiting) };
  }

  #take(waiting: Waiting): Promise<void> {
    this.#taken += 1;
    this.#goRound();
    if (this.#circle.length === 0 && this.#taken <= freeTurns) return Promise.resolve();
    if (waiting.length === 0) this.#circle.push(waiting);
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** Node empties the microtasks between callbacks of one round; callbacks that are asked for in it run in the next one. */
  #goRound(): void {
    if (this.#isRound) return;
    this.#isRound = true;
    let endsAtMs = Number.POSITIVE_INFINITY;
    const callbacks = Math.min(mostPerRound, Math.max(1, this.#waitingTurns()));
    setImmediate(() => {
      endsAtMs = performance.now() + sliceMs;
      this.#letOne();
    });
    for (let count = 1; count < callbacks; count += 1) {
      setImmediate(() => {
        if (performance.now() < endsAtMs) this.#letOne();
      });
    }
    setImmediate(() => {
      this.#isRound = false;
      this.#taken = 0;
      if (this.#circle.length > 0) this.#goRound();
    });
  }

  #letOne(): void {
    const waiting = this.#circle.shift();
    const begin = waiting?.shift();
    if (waiting !== undefined && waiting.length > 0) this.#circle.push(waiting);
    begin?.();
  }

  #waitingTurns(): number {
    return this.#circle.reduce((sum, { length }) => sum + length, 0);
  }
}

type Waiting = (() => void)[];
