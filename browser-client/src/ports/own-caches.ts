/**
 * What of `caches` an app sees where some are ours. Invariant: a search through all caches never finds what ours hold: they
 * lie under the app's own addresses.
 */
import { ownNamePrefix } from "./clear-site-data.ts";

/** Native methods, taken before they are replaced. */
export interface NativeCaches {
  keys(): Promise<string[]>;
  match(request: RequestInfo | URL, options: MultiCacheQueryOptions): Promise<Response | undefined>;
}

/** True for names of the app's own caches and databases. */
export function isAppsName(name: string | undefined): boolean {
  return name?.startsWith(ownNamePrefix) !== true;
}

/** `caches.match` over the app's caches, in the order they were made (w3c.github.io/ServiceWorker §5.5.1). */
export async function matchInAppCaches(
  native: NativeCaches,
  request: RequestInfo | URL,
  options: MultiCacheQueryOptions | undefined,
): Promise<Response | undefined> {
  if (options?.cacheName !== undefined) return native.match(request, options);
  for (const cacheName of (await native.keys()).filter(isAppsName)) {
    const found = await native.match(request, { ...options, cacheName });
    if (found !== undefined) return found;
  }
  return undefined;
}
