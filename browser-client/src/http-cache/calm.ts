/**
 * When nothing is asked for for a moment. What a page waits for comes before what is only stored for the next visit: both
 * want the same processor.
 */

/** Nothing asked for so long is calm. */
const calmMs = 250;
/** A page that never stops asking is not waited for longer: what is not stored yet is lost with the worker. */
const longestMs = 2_000;

export class Calm {
  readonly #delay: (ms: number) => Promise<void>;
  #touches = 0;
  #waiting: Promise<void> | undefined;

  constructor(delay: (ms: number) => Promise<void>) {
    this.#delay = delay;
  }

  /** Something was asked for. */
  touch(): void {
    this.#touches += 1;
  }

  /** Resolves when it is calm, or has not become so for too long. */
  wait(): Promise<void> {
    this.#waiting ??= this.#wait().finally(() => {
      this.#waiting = undefined;
    });
    return this.#waiting;
  }

  async #wait(): Promise<void> {
    for (let waitedMs = 0; waitedMs < longestMs; waitedMs += calmMs) {
      const before = this.#touches;
      await this.#delay(calmMs);
      if (this.#touches === before) return;
    }
  }
}
