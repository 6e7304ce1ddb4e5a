/**
 * Bodies of stored answers, in a cache of the origin. They lie under the app's own addresses and are given to the browser
 * as they come from there: it keeps compiled scripts with them.
 */
import { httpCacheName } from "./cache-names.ts";

/** All calls reject where the browser gives no cache. An app may delete it at any time: it is made anew. */
export class EntryBodies {
  /** The stored response; its body is read when somebody reads it. */
  async get(url: string): Promise<Response | undefined> {
    return (await caches.open(httpCacheName)).match(url, { ignoreVary: true });
  }

  /** Stores it whole, or rejects and stores nothing. */
  async put(url: string, response: Response): Promise<void> {
    const cache = await caches.open(httpCacheName);
    await cache.delete(url, { ignoreVary: true });
    await cache.put(url, response);
  }

  async delete(urls: readonly string[]): Promise<void> {
    const cache = await caches.open(httpCacheName);
    for (const url of urls) await cache.delete(url, { ignoreVary: true });
  }

  /** Addresses of all. */
  async urls(): Promise<readonly string[]> {
    return (await (await caches.open(httpCacheName)).keys()).map(({ url }) => url);
  }

  async clear(): Promise<void> {
    await caches.delete(httpCacheName);
  }
}
