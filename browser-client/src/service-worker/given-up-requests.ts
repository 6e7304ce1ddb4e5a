/**
 * Requests that their pages give up before the answer's head, which no browser tells a worker. Invariant: each is given up
 * once; word that comes before its request is kept, as far as it can be the page's.
 */

/** Words without a request that are kept; most are of requests that were answered meanwhile. */
const keptWords = 256;

export class GivenUpRequests {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #early = new Set<string>();

  /** Takes a page's word, which may be anything. */
  take(message: unknown): void {
    const { id, eventSource } = (message ?? {}) as Partial<Record<"id" | "eventSource", unknown>>;
    const key = typeof id === "string" ? id : eventSource;
    if (typeof key !== "string") return;
    const waiting = this.#waiting.get(key);
    for (const giveUp of waiting ?? []) giveUp();
    if (waiting !== undefined || key !== id) return;
    this.#early.add(key);
    for (const surplus of [...this.#early].slice(0, -keptWords)) this.#early.delete(surplus);
  }

  /** Calls back where the request is given up, at once where it was already. `key`: its tag, or an event source's path. */
  watch(key: string | undefined, onGivenUp: () => void): () => void {
    if (key === undefined) return () => undefined;
    if (this.#early.delete(key)) onGivenUp();
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting.add(onGivenUp));
    return () => {
      waiting.delete(onGivenUp);
      if (waiting.size === 0) this.#waiting.delete(key);
    };
  }
}
