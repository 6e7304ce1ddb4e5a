/**
 * Clears what an answer with Clear-Site-Data asks for, before the answer is given. Documents clear what only they reach:
 * local and session storage, and what they show of cookies, which the core has cleared.
 */
import type { HttpCache } from "../http-cache/http-cache.ts";
import { type Clearing, clearingOf, ownNamePrefix } from "../ports/clear-site-data.ts";
import type { FromWorkerMessage } from "../ports/courier-messages.ts";
import type { Head } from "./http-exchange.ts";
import { valuesOf } from "./response-headers.ts";

/** A document that does not say that it is done is waited for so long. */
const clearWaitMs = 1_000;

/** Resolves when it is done; at once for an answer that asks for nothing. */
export async function clearSiteData(
  head: Head,
  scope: ServiceWorkerGlobalScope,
  cache: Pick<HttpCache, "clear">,
): Promise<void> {
  const clearing = clearingOf(valuesOf(head.headers, "clear-site-data"));
  if (clearing === undefined) return;
  const windows = await scope.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const tasks = windows.map((client) => clearIn(client, clearing));
  if (clearing.storage) tasks.push(clearDatabases(scope.indexedDB), clearCaches(scope.caches));
  if (clearing.cache) tasks.push(cache.clear());
  await Promise.race([Promise.allSettled(tasks), new Promise((resolve) => setTimeout(resolve, clearWaitMs))]);
}

function clearIn(client: Client, clearing: Clearing): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    client.postMessage({ type: "culvert-clear", clearing } satisfies FromWorkerMessage, [port2]);
  });
}

async function clearDatabases(databases: IDBFactory): Promise<void> {
  for (const { name } of await databases.databases()) {
    if (name !== undefined && !name.startsWith(ownNamePrefix)) databases.deleteDatabase(name);
  }
}

async function clearCaches(caches: CacheStorage): Promise<void> {
  for (const name of await caches.keys()) if (!name.startsWith(ownNamePrefix)) await caches.delete(name);
}
