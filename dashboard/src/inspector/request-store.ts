/**
 * The requests that the inspector shows, and which of them fit its filter. Invariant: `shown` holds ids in their order, each
 * once, of requests that are held and fit; a change costs as much as it brings, not as much as there is.
 */
import type { InspectedBatch, InspectedRequest } from "@culvert/browser-client";

/** What changed, for whoever draws it. */
export interface StoreState {
  readonly shown: readonly number[];
  readonly count: number;
  readonly keepsBodies: boolean;
  readonly loopbackPort: number | undefined;
  /** Rises with each change. */
  readonly version: number;
}

type Filter = (request: InspectedRequest) => boolean;

/** One inspector's. */
export class RequestStore {
  readonly #requests = new Map<number, InspectedRequest>();
  readonly #listeners = new Set<() => void>();
  #filter: Filter = () => true;
  #shown: number[] = [];
  #state: StoreState = { shown: this.#shown, count: 0, keepsBodies: false, loopbackPort: undefined, version: 0 };

  /** The same object until something changes. */
  get state(): StoreState {
    return this.#state;
  }

  find(id: number): InspectedRequest | undefined {
    return this.#requests.get(id);
  }

  /** Calls back after each change; returns what ends that. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  take({ requests, oldestId, keepsBodies, loopbackPort }: InspectedBatch): void {
    for (const request of requests) {
      this.#requests.set(request.id, request);
      this.#place(request);
    }
    this.#forgetBefore(oldestId);
    this.#tell({ keepsBodies, loopbackPort });
  }

  setFilter(filter: Filter): void {
    this.#filter = filter;
    this.#shown = [...this.#requests.values()].filter(filter).map(({ id }) => id);
    // Changes of old requests come after new ones.
    this.#shown.sort((one, other) => one - other);
    this.#tell({});
  }

  #place(request: InspectedRequest): void {
    const at = firstFrom(this.#shown, request.id);
    const isShown = this.#shown[at] === request.id;
    const fits = this.#filter(request);
    if (fits && !isShown) this.#shown.splice(at, 0, request.id);
    if (!fits && isShown) this.#shown.splice(at, 1);
  }

  #forgetBefore(oldestId: number): void {
    for (const id of this.#requests.keys()) {
      if (id >= oldestId) break;
      this.#requests.delete(id);
    }
    const gone = firstFrom(this.#shown, oldestId);
    if (gone > 0) this.#shown.splice(0, gone);
  }

  #tell(changes: Partial<StoreState>): void {
    const { version } = this.#state;
    this.#state = { ...this.#state, ...changes, shown: this.#shown, count: this.#requests.size, version: version + 1 };
    for (const listener of this.#listeners) listener();
  }
}

/** The first place whose id is not below; ids rise. */
function firstFrom(ids: readonly number[], id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
