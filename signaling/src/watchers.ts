/**
 * Who wants to hear of what, by key: changes of an account's servers, the end of a sign-in. In this process; other nodes
 * of a grown installation join through a bus behind the same interface.
 */

/** Listeners by key. Events arrive in the order of publishing; a listener must not throw. */
export class Watchers<Event> {
  readonly #listeners = new Map<string, Set<(event: Event) => void>>();

  /** Calls `listener` for each event of a key until the returned function is called. */
  watch(key: string, listener: (event: Event) => void): () => void {
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(key) === listeners) this.#listeners.delete(key);
    };
  }

  publish(key: string, event: Event): void {
    for (const listener of [...(this.#listeners.get(key) ?? [])]) listener(event);
  }

  /** How many listen for a key now. */
  count(key: string): number {
    return this.#listeners.get(key)?.size ?? 0;
  }
}
