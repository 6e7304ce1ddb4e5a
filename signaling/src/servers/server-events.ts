/**
 * What happens to servers, for whoever watches an account. In this process; other nodes of a grown installation join
 * through a bus behind the same interface.
 */
import type { ServerEvent } from "@culvert/protocol/signaling";

type Listener = (event: ServerEvent) => void;

/** Publishes to the watchers of one account. Events arrive in the order of publishing; a watcher must not throw. */
export class ServerEvents {
  readonly #listeners = new Map<string, Set<Listener>>();

  /** Calls `listener` for each event of an account until the returned function is called. */
  watch(accountId: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(accountId) ?? new Set();
    this.#listeners.set(accountId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(accountId) === listeners) this.#listeners.delete(accountId);
    };
  }

  publish(accountId: string, event: ServerEvent): void {
    for (const listener of [...(this.#listeners.get(accountId) ?? [])]) listener(event);
  }

  /** How many watch an account now. */
  watchers(accountId: string): number {
    return this.#listeners.get(accountId)?.size ?? 0;
  }
}
