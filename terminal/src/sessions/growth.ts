/** Knows when a transcript grows, whichever process writes it. */
import { type FSWatcher, watch } from "node:fs";

/** Some file systems tell nothing: then it is looked at this often. */
const lookMs = 500;

/** Watches a folder from its making to `close`. */
export class Growth {
  #count = 0;
  #waiting: (() => void)[] = [];
  #watcher: FSWatcher | undefined;
  readonly #look: NodeJS.Timeout;

  constructor(folder: string) {
    try {
      this.#watcher = watch(folder, () => this.note());
      this.#watcher.on("error", () => {});
    } catch {
      this.#watcher = undefined;
    }
    this.#look = setInterval(() => this.note(), lookMs);
    this.#look.unref();
  }

  /** Rises whenever something may have been written. */
  get count(): number {
    return this.#count;
  }

  /** Something may have been written. */
  note(): void {
    this.#count += 1;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when `count` is past this one: read it before looking, so that nothing is missed between. */
  after(count: number): Promise<void> {
    if (this.#count !== count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Wakes who waits. */
  close(): void {
    this.#watcher?.close();
    clearInterval(this.#look);
    this.note();
  }
}
