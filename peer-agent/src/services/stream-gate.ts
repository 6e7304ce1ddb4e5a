/**
 * How many streams of one viewer are served at once. A stream that was reset is over in the tunnel at once, its socket to the
 * target a moment later. Invariant: a place is given back when nothing is left at the target, so a viewer that opens and
 * resets without end never has more of them than this.
 */
import { limits } from "@culvert/protocol";

/** Everything that a tunnel admits at once, and as many again that are being cleared away. */
const mostServed = 2 * limits.initialStreams;

/** One viewer's places. */
export class StreamGate {
  readonly #most: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number = mostServed) {
    this.#most = most;
  }

  /** Places that are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Runs it when there is a place, in the order of asking; gives the place back when it has settled. */
  async run(serve: () => Promise<void>): Promise<void> {
    if (this.#taken >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken += 1;
    try {
      await serve();
    } finally {
      const next = this.#waiting.shift();
      // The place goes from hand to hand, so that nobody who comes now is faster.
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}
