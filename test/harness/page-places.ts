/** Everywhere in a page that somebody who looks over a shoulder, at a screenshot or at a profile's files could read. */
import type { Page } from "playwright-core";
import type { Place } from "./canary.ts";

/** Document with what stands in its fields, address, history and storage of the page's own origin, named by `page`. */
export async function placesOf(page: Page, name: string): Promise<readonly Place[]> {
  const texts = await page.evaluate(async () => {
    const databases: unknown[] = [];
    for (const { name: database } of await indexedDB.databases()) {
      if (database === undefined) continue;
      const opened = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(database);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of opened.objectStoreNames) {
        const read = opened.transaction(store).objectStore(store);
        const all = (request: IDBRequest) =>
          new Promise<unknown>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        databases.push([database, store, await all(read.getAllKeys()), await all(read.getAll())]);
      }
      opened.close();
    }
    const cached: string[] = [];
    for (const cacheName of await caches.keys()) {
      const cache = await caches.open(cacheName);
      for (const request of await cache.keys())
        cached.push(request.url, (await (await cache.match(request))?.text()) ?? "");
    }
    const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea")].map(({ value }) => value);
    return {
      document: document.documentElement.outerHTML,
      fields: fields.join("\n"),
      address: location.href,
      history: JSON.stringify(history.state) ?? "",
      "readable cookies": document.cookie,
      "window name": window.name,
      "local storage": JSON.stringify({ ...localStorage }),
      "session storage": JSON.stringify({ ...sessionStorage }),
      databases: JSON.stringify(databases),
      caches: cached.join("\n"),
      "requested addresses": performance
        .getEntriesByType("resource")
        .map((entry) => entry.name)
        .join("\n"),
    };
  });
  return Object.entries(texts).map(([place, text]) => ({ name: `${place} of ${name}`, bytes: Buffer.from(text) }));
}
