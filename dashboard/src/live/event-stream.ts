/**
 * Opens server-sent events of the API. A browser's own EventSource can show no proof of a key, so where one is asked for
 * another one reads the stream, over fetch.
 */
import { pageProof } from "../proof/page-proof.ts";
import type { EventStream } from "./server-feed.ts";

/** The stream; it tells its events after this call has returned, and none after `close`. */
export function openEventStream(path: string): EventStream {
  return pageProof === undefined ? new EventSource(path) : new ProvenEventStream(path, pageProof);
}

/** Whoever proves: the headers of a request. */
interface Proof {
  headersFor(path: string): Promise<Readonly<Record<string, string>>>;
}

class ProvenEventStream implements EventStream {
  readonly #listeners: Parameters<EventStream["addEventListener"]>[] = [];
  readonly #closing = new AbortController();

  constructor(path: string, proof: Proof) {
    this.#read(path, proof).catch(() => this.#tell("error"));
  }

  addEventListener(...listener: Parameters<EventStream["addEventListener"]>): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#closing.abort();
  }

  async #read(path: string, proof: Proof): Promise<void> {
    const { EventSource: FetchedEventSource } = await import("eventsource");
    const headers = await proof.headersFor(path);
    if (this.#closing.signal.aborted) return;
    const source = new FetchedEventSource(new URL(path, location.origin), {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...headers } }),
    });
    this.#closing.signal.addEventListener("abort", () => source.close(), { once: true });
    for (const [type, listener] of this.#listeners) source.addEventListener(type, listener);
  }

  #tell(type: string): void {
    if (this.#closing.signal.aborted) return;
    for (const [wanted, listener] of this.#listeners) if (wanted === type) listener({});
  }
}
