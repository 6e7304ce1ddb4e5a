/**
 * When answers are stored: after the page that asked for them is loaded, one after the other, so that storing takes nothing
 * from what a person waits for. Invariants: whoever wants an address that waits to be stored does not wait for others, and
 * no store waits longer than `longestMs` for quiet.
 */

/** No request came for so long: the page has what it wants, or waits for a person. */
const quietMs = 400;
/** A page that asks all the time is no reason to store nothing. */
const longestMs = 4_000;
/** Bodies beyond this are not held for the sake of quiet. */
const heldBytes = 16 * 1024 * 1024;

export class StoreQueue {
  readonly #delay: (ms: number) => Promise<void>;
  readonly #hurries = new Map<string, () => void>();
  readonly #wanted = new Map<string, number>();
  #requests = 0;
  #heldBytes = 0;
  #quiet: Promise<void> | undefined;
  /** Settles when the last store that took its turn is over. */
  #line: Promise<void> = Promise.resolve();

  constructor(delay: (ms: number) => Promise<void>) {
    this.#delay = delay;
  }

  /** A request came. */
  noteRequest(): void {
    this.#requests += 1;
  }

  /** Somebody waits for what is to be stored for this address, now or from now on until `stored` settles. */
  async want(url: string, stored: Promise<void> | undefined): Promise<void> {
    if (stored === undefined) return;
    this.#wanted.set(url, (this.#wanted.get(url) ?? 0) + 1);
    this.#hurries.get(url)?.();
    await stored;
    const others = (this.#wanted.get(url) ?? 1) - 1;
    if (others > 0) this.#wanted.set(url, others);
    else this.#wanted.delete(url);
  }

  /** Runs a store of so many bytes in its turn; addresses come one at a time. */
  async store(url: string, sizeBytes: number, run: () => Promise<void>): Promise<void> {
    const over = Promise.withResolvers<void>();
    const hurried = new Promise<void>((resolve) => this.#hurries.set(url, resolve));
    this.#heldBytes += sizeBytes;
    try {
      if (this.#heldBytes <= heldBytes && !this.#wanted.has(url))
        await Promise.race([hurried, this.#turn(over.promise)]);
      await run();
    } finally {
      this.#heldBytes -= sizeBytes;
      this.#hurries.delete(url);
      over.resolve();
    }
  }

  async #turn(over: Promise<void>): Promise<void> {
    const before = this.#line;
    this.#line = before.then(() => over);
    this.#quiet ??= this.#awaitQuiet();
    await this.#quiet;
    await before;
  }

  async #awaitQuiet(): Promise<void> {
    for (let waitedMs = 0; waitedMs < longestMs; waitedMs += quietMs) {
      const before = this.#requests;
      await this.#delay(quietMs);
      if (this.#requests === before) break;
    }
    this.#quiet = undefined;
  }
}
