/**
 * What viewers make an agent begin and give up, in turns: a burst of one viewer holds up another's request by a slice of the
 * event loop, not by the burst. Invariant: nobody waits while there is room, and each viewer's turns come in their order.
 */

/** Turns that need not wait, in one round of the event loop: what a page asks for at once. */
const freeTurns = 4;
/** What waits is let go for so long before the event loop goes round. */
const sliceMs = 0.3;
/** Callbacks of one round: what a turn began has run when the next callback asks for the time. */
const mostPerRound = 32;

/** One viewer's place in the circle. */
export interface ViewerTurns {
  /** Resolves when it is this viewer's turn; at once where there is room. */
  take(): Promise<void>;
}

/** One agent's circle of viewers. */
export class WorkTurns {
  /** What viewers wait for, by viewer, the next one first. */
  readonly #circle = new Map<string, (() => void)[]>();
  #taken = 0;
  #isRound = false;
  #isOver = false;

  /** `viewerId`: tunnels of one viewer stand in one place. */
  viewer(viewerId: string): ViewerTurns {
    return { take: () => this.#take(viewerId) };
  }

  /** Everybody goes on at once, now and from now on: the agent stops, and nothing should come after that. */
  end(): void {
    this.#isOver = true;
    while (this.#circle.size > 0) this.#letOne();
  }

  #take(viewerId: string): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#taken += 1;
    this.#goRound();
    if (this.#circle.size === 0 && this.#taken <= freeTurns) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#circle.get(viewerId);
      if (waiting === undefined) this.#circle.set(viewerId, [resolve]);
      else waiting.push(resolve);
    });
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
      if (this.#circle.size > 0) this.#goRound();
    });
  }

  #letOne(): void {
    const [next] = this.#circle;
    if (next === undefined) return;
    const [viewerId, waiting] = next;
    const begin = waiting.shift();
    this.#circle.delete(viewerId);
    if (waiting.length > 0) this.#circle.set(viewerId, waiting);
    begin?.();
  }

  #waitingTurns(): number {
    let sum = 0;
    for (const waiting of this.#circle.values()) sum += waiting.length;
    return sum;
  }
}
