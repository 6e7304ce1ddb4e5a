/** An HTTP cache over maps, which can be made to fail as a browser's storage does. */
import type { CacheEntry } from "../src/http-cache/cache-entry.ts";
import type { EntryUse } from "../src/http-cache/entry-table.ts";
import { HttpCache } from "../src/http-cache/http-cache.ts";

/** The cache and what lies behind it. */
export interface MemoryCache {
  readonly cache: HttpCache;
  readonly entries: Map<string, CacheEntry>;
  readonly uses: Map<string, EntryUse>;
  /** Bodies with their heads. */
  readonly bodies: Map<string, { readonly init: ResponseInit; readonly body: Blob }>;
  /** Set to make every call fail with it. */
  fault: Error | undefined;
  /** Set to make bodies alone fail to be written. */
  writeFault: Error | undefined;
  /** Set to leave every read unanswered. */
  hangs: boolean;
  nowMs: number;
}

/** A cache that is empty; `quotaBytes` is what the browser allows the origin. */
export function memoryCache(quotaBytes = 100e9): MemoryCache {
  const entries = new Map<string, CacheEntry>();
  const uses = new Map<string, EntryUse>();
  const bodies: MemoryCache["bodies"] = new Map();
  const attempt = async <T>(act: () => T): Promise<T> => {
    if (memory.fault !== undefined) throw memory.fault;
    if (memory.hangs) await new Promise(() => undefined);
    return act();
  };
  const cache = new HttpCache({
    table: {
      get: (url) =>
        attempt(() => {
          const entry = entries.get(url);
          const use = uses.get(url);
          return entry && use && { entry, use };
        }),
      put: (entry, usedAtMs) =>
        attempt(() => {
          entries.set(entry.url, structuredClone(entry));
          uses.set(entry.url, { url: entry.url, sizeBytes: entry.sizeBytes, usedAtMs });
        }),
      touch: (use) => attempt(() => void uses.set(use.url, use)),
      delete: (urls) =>
        attempt(() => {
          for (const url of urls) for (const map of [entries, uses]) map.delete(url);
        }),
      uses: () => attempt(() => [...uses.values()]),
      clear: () => attempt(() => [entries, uses].forEach((map) => void map.clear())),
    },
    bodies: {
      get: (url) =>
        attempt(() => {
          const found = bodies.get(url);
          return found && new Response(found.init.status === 204 ? null : found.body, found.init);
        }),
      put: async (url, response) => {
        const { status, statusText } = response;
        const body = await response.blob();
        await attempt(() => {
          if (memory.writeFault !== undefined) throw memory.writeFault;
          bodies.set(url, { init: { status, statusText, headers: [...response.headers] }, body });
        });
      },
      delete: (urls) => attempt(() => urls.forEach((url) => void bodies.delete(url))),
      urls: () => attempt(() => [...bodies.keys()]),
      clear: () => attempt(() => bodies.clear()),
    },
    nowMs: () => memory.nowMs,
    quotaBytes: async () => quotaBytes,
    // What is waited for to be quiet is; a storage that does not answer is what takes long.
    delay: async (ms) => {
      if (!memory.hangs && ms > 5_000) await new Promise(() => undefined);
    },
  });
  const memory: MemoryCache = {
    ...{ cache, entries, uses, bodies },
    ...{ fault: undefined, writeFault: undefined, hangs: false, nowMs: Date.UTC(2026, 0, 1) },
  };
  return memory;
}
