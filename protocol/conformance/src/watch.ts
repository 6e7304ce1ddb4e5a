/** Waiting for what a peer does: a probe is asked again after every change, never after a pause. */
import { ConformanceFailure } from "./conformance-case.ts";

interface Waiter {
  check(): void;
  give(error: Error): void;
}

/** What may change, and who waits for it. */
export class Watch {
  readonly #waiters = new Set<Waiter>();

  /** Something happened: every probe is asked again. */
  changed(): void {
    for (const waiter of [...this.#waiters]) waiter.check();
  }

  /** Ends every wait. */
  abort(error: Error): void {
    for (const waiter of [...this.#waiters]) waiter.give(error);
  }

  /**
   * The first thing that is not undefined. Rejects with a ConformanceFailure after `patienceMs`: `what` was expected,
   * `seen()` says what was there instead; and with whatever the probe throws.
   */
  until<T>(what: string, probe: () => T | undefined, patienceMs: number, seen: () => string): Promise<T> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const waiter: Waiter = {
        check: () => {
          try {
            const found = probe();
            if (found === undefined) return;
            over();
            resolve(found);
          } catch (thrown) {
            waiter.give(thrown instanceof Error ? thrown : new Error(String(thrown)));
          }
        },
        give: (error) => {
          over();
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        waiter.give(new ConformanceFailure(`${what}: not within ${patienceMs / 1000} s; ${seen()}`));
      }, patienceMs);
      this.#waiters.add(waiter);
      waiter.check();
    });
  }
}
