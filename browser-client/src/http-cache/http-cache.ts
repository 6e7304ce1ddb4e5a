/**
 * The HTTP cache of one app origin, which the browser's own does not serve to answers of a worker. Invariants: nothing that
 * goes wrong in here fails a request: it is asked for as without a cache; an answer is stored whole or not at all; an
 * answer that began before its address was invalidated is not stored after.
 */
import type { WholeBody } from "./body-copy.ts";
import { bodyMarkOf, type CacheEntry, freshened } from "./cache-entry.ts";
import { type Decision, decide, storingOf } from "./cache-policy.ts";
import type { CacheRequest } from "./cache-request.ts";
import type { EntryBodies } from "./entry-bodies.ts";
import type { EntryIndex } from "./entry-index.ts";
import type { EntryUse } from "./entry-table.ts";
import { maxCacheBytes, maxEntryShare, quotaShare, surplusOf } from "./room-making.ts";
import { StoreQueue } from "./store-queue.ts";

/** A storage that does not answer within is passed by. A machine under load takes seconds to open one. */
const lookUpMs = 10_000;
/** When an entry was used last is kept this precisely; more would be a write for every read. */
const useGrainMs = 60 * 60_000;
/** After so many failures in a row the storage is left alone until the worker starts anew. */
const maxFailures = 5;
/** Addresses whose invalidation is remembered one by one. */
const maxInvalidated = 1_000;
/** Entries that are unknown on one side, as after a crash, are looked for once so many were stored. */
const tidyEvery = 200;

/** What a cache is made of. */
export interface HttpCacheParts {
  readonly table: Pick<EntryIndex, "get" | "put" | "touch" | "delete" | "uses" | "clear">;
  readonly bodies: Pick<EntryBodies, "get" | "put" | "delete" | "urls" | "clear">;
  /** Unix time. */
  nowMs(): number;
  /** What the browser allows the origin, in bytes. */
  quotaBytes(): Promise<number>;
  delay(ms: number): Promise<void>;
}

/** A stored answer that serves a request, now or once the app has said 304. */
export interface Found {
  readonly entry: CacheEntry;
  readonly decision: Exclude<Decision, { type: "ask" }>;
  /** As it was stored; one reader. */
  readonly stored: Response;
}

/** A request's place in the order of things: what is invalidated after it began may not be stored. */
export type Moment = number;

export class HttpCache {
  readonly #parts: HttpCacheParts;
  readonly #queue: StoreQueue;
  readonly #writing = new Map<string, Promise<void>>();
  readonly #invalidated = new Map<string, Moment>();
  #moment: Moment = 0;
  /** Nothing that began before may be stored. */
  #clearedAt: Moment = 0;
  #failures = 0;
  #stored = 0;
  #bytes: number | undefined;
  #capBytes: Promise<number> | undefined;

  constructor(parts: HttpCacheParts) {
    this.#parts = parts;
    this.#queue = new StoreQueue((ms) => parts.delay(ms));
  }

  /** Now; to be taken before a request leaves. */
  get moment(): Moment {
    return this.#moment;
  }

  /** What is stored for a request; undefined where it must be asked for. Never rejects. */
  async find(request: CacheRequest): Promise<Found | undefined> {
    this.#queue.noteRequest();
    if (request.mode === "reload") return undefined;
    const late = this.#parts.delay(lookUpMs).then(() => undefined);
    return Promise.race([this.#guard(() => this.#find(request)), late]);
  }

  /** True where an answer may be stored: its body is worth a copy of up to `maxBytes`. */
  async mayKeep(
    request: CacheRequest,
    { status, headers }: Response,
  ): Promise<{ readonly maxBytes: number } | undefined> {
    if (this.#failures >= maxFailures) return undefined;
    const { nowMs } = this.#parts;
    if (storingOf(request, status, headers, nowMs()) === undefined) return undefined;
    const maxBytes = Math.floor((await this.#cap()) * maxEntryShare);
    return Number(headers.get("content-length") ?? 0) <= maxBytes ? { maxBytes } : undefined;
  }

  /**
   * Stores an answer whose body has come whole, decoded or about to be, once there is quiet; `head` is its response. Requests
   * that come from now on find it. Never rejects.
   */
  async keep(
    request: CacheRequest,
    head: Response,
    body: WholeBody | Promise<WholeBody | undefined>,
    since: Moment,
  ): Promise<void> {
    await this.#inTurn(request.url, async () => {
      const whole = await body;
      if (whole === undefined) return;
      await this.#queue.store(request.url, whole.sizeBytes, () => this.#keep(request, head, whole, since));
    });
  }

  /** Takes a 304 answer to a stored one's conditions; gives the entry as it is now. Never rejects. */
  async update({ entry }: Found, request: CacheRequest, answer: Headers, since: Moment): Promise<CacheEntry> {
    const headers = freshened(entry.headers, answer);
    const storing = storingOf(request, entry.status, new Headers([...headers]), this.#parts.nowMs());
    if (storing === undefined) {
      await this.invalidate(entry.url);
      return { ...entry, headers };
    }
    const updated: CacheEntry = { ...entry, headers, ...storing };
    await this.#inTurn(entry.url, async () => {
      if (this.#isCurrent(entry.url, since)) await this.#parts.table.put(updated, this.#parts.nowMs());
    });
    return updated;
  }

  /** What is stored for an address is of no use any more (RFC 9111 §4.4). Never rejects. */
  async invalidate(url: string): Promise<void> {
    this.#moment += 1;
    if (this.#invalidated.size >= maxInvalidated) {
      this.#clearedAt = this.#moment;
      this.#invalidated.clear();
    }
    this.#invalidated.set(url, this.#moment);
    await this.#inTurn(url, () => this.#drop([url]));
  }

  /** Everything goes. Never rejects. */
  async clear(): Promise<void> {
    this.#moment += 1;
    this.#clearedAt = this.#moment;
    this.#bytes = undefined;
    await this.#guard(() => this.#parts.table.clear());
    await this.#guard(() => this.#parts.bodies.clear());
  }

  async #find(request: CacheRequest): Promise<Found | undefined> {
    const { table, bodies, nowMs } = this.#parts;
    // What has just come whole is about to be there.
    await this.#queue.want(request.url, this.#writing.get(request.url));
    const row = await table.get(request.url);
    if (row === undefined) return undefined;
    const { entry, use } = row;
    const decision = decide(entry, request, nowMs());
    if (decision.type === "ask") return undefined;
    const stored = await bodies.get(request.url);
    if (stored === undefined || bodyMarkOf(stored) !== entry.bodyMark) {
      await this.#inTurn(request.url, () => this.#drop([request.url]));
      return undefined;
    }
    if (nowMs() - use.usedAtMs > useGrainMs) void this.#guard(() => table.touch({ ...use, usedAtMs: nowMs() }));
    return { entry, decision, stored };
  }

  async #keep(request: CacheRequest, head: Response, whole: WholeBody, since: Moment): Promise<void> {
    const { status, statusText, headers } = head;
    const storing = storingOf(request, status, headers, this.#parts.nowMs());
    if (storing === undefined) return;
    const length = headers.get("content-length");
    if (length !== null && Number(length) !== whole.sizeBytes) return;
    const body = whole.toBlob();
    if (body === undefined) return;
    const entry: CacheEntry = {
      ...{ url: request.url, status, statusText, headers: [...headers], ...storing },
      isAnonymous: request.isAnonymous,
      bodyMark: bodyMarkOf(head),
      sizeBytes: body.size,
    };
    const hasBody = status !== 204 && status !== 205;
    await this.#store(entry, new Response(hasBody ? body : null, { status, statusText, headers }), since);
  }

  async #store(entry: CacheEntry, response: Response, since: Moment): Promise<void> {
    const { table, bodies, nowMs } = this.#parts;
    if (!this.#isCurrent(entry.url, since)) return;
    await this.#makeRoom(entry);
    // The entry comes last: without it a body is not there.
    await table.delete([entry.url]);
    try {
      await bodies.put(entry.url, response);
    } catch (error) {
      // Nothing more fits, whatever the browser had promised: the app's own data may have come meanwhile.
      if (error instanceof Error && error.name === "QuotaExceededError") await this.#shrink();
      throw error;
    }
    if (!this.#isCurrent(entry.url, since)) return this.#drop([entry.url]);
    await table.put(entry, nowMs());
    this.#bytes = this.#bytes === undefined ? undefined : this.#bytes + entry.sizeBytes;
    this.#stored += 1;
    if (this.#stored % tidyEvery === 0) await this.#tidy();
  }

  async #makeRoom({ url, sizeBytes }: CacheEntry): Promise<void> {
    const capBytes = await this.#cap();
    if (this.#bytes !== undefined && this.#bytes + sizeBytes <= capBytes) return;
    const uses = (await this.#parts.table.uses()).filter((use) => use.url !== url);
    const surplus = new Set(surplusOf(uses, sizeBytes, capBytes));
    if (surplus.size > 0) await this.#drop([...surplus]);
    this.#bytes = sum(uses.filter((use) => !surplus.has(use.url)));
  }

  /** Half of what there is makes room for the app and for what comes. */
  async #shrink(): Promise<void> {
    const uses = await this.#parts.table.uses();
    await this.#drop(surplusOf(uses, 0, sum(uses) / 2));
  }

  /** Bodies that no entry knows go; entries without a body go when they are asked for. */
  async #tidy(): Promise<void> {
    const { table, bodies } = this.#parts;
    const urls = await bodies.urls();
    const known = new Set((await table.uses()).map(({ url }) => url));
    await bodies.delete(urls.filter((url) => !known.has(url) && !this.#writing.has(url)));
    this.#bytes = undefined;
  }

  async #drop(urls: readonly string[]): Promise<void> {
    await this.#parts.table.delete(urls);
    await this.#parts.bodies.delete(urls);
  }

  #isCurrent(url: string, since: Moment): boolean {
    return since >= this.#clearedAt && since >= (this.#invalidated.get(url) ?? 0);
  }

  #cap(): Promise<number> {
    this.#capBytes ??= this.#parts.quotaBytes().then(
      (quotaBytes) => Math.min(maxCacheBytes, quotaBytes * quotaShare),
      () => maxCacheBytes * quotaShare,
    );
    return this.#capBytes;
  }

  /** Changes of one address come one after the other. */
  async #inTurn(url: string, change: () => Promise<void>): Promise<void> {
    const before = this.#queue.want(url, this.#writing.get(url));
    const turn = before.then(() => this.#guard(change));
    this.#writing.set(url, turn);
    await turn;
    if (this.#writing.get(url) === turn) this.#writing.delete(url);
  }

  /** The storage may be full, blocked or broken: that is a cache that holds nothing. */
  async #guard<T>(use: () => Promise<T>): Promise<T | undefined> {
    if (this.#failures >= maxFailures) return undefined;
    try {
      const result = await use();
      this.#failures = 0;
      return result;
    } catch (error) {
      this.#failures += 1;
      this.#bytes = undefined;
      if (this.#failures === maxFailures) console.warn("Culvert: the browser's storage gives no HTTP cache.", error);
      return undefined;
    }
  }
}

function sum(uses: readonly EntryUse[]): number {
  return uses.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
}
