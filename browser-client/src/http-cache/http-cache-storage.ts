/** The HTTP cache on what a browser has for it. */
import { EntryBodies } from "./entry-bodies.ts";
import { EntryIndex } from "./entry-index.ts";
import { EntryTable } from "./entry-table.ts";
import { HttpCache } from "./http-cache.ts";

/** A cache on this origin's storage; one that holds nothing where there is none. */
export function openHttpCache(): HttpCache {
  const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  return new HttpCache({
    table: new EntryIndex({ table: new EntryTable(), delay }),
    bodies: new EntryBodies(),
    nowMs: () => Date.now(),
    quotaBytes: async () => (await navigator.storage.estimate()).quota ?? 0,
    delay,
  });
}
