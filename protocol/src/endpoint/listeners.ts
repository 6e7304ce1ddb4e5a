/** Listeners of an endpoint's events. Invariant: one that throws harms neither the endpoint nor the others. */

/** A set of listeners. */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>();

  /** Adds a listener; returns what removes it. */
  add(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  tell(event: Event): void {
    for (const listener of [...this.#listeners]) this.guard(() => listener(event));
  }

  /** Calls foreign code; what it throws surfaces as an unhandled rejection, where the platform reports it. */
  guard(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      Promise.reject(thrown);
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
