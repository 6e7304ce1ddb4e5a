/**
 * The address under which an app's own service worker is registered: our worker's script, which runs the app's inside.
 * Its query names the app's script and the digest of its text, so that a changed script is another worker.
 */

/** Cache in which the texts lie, by digest. The names of our caches begin with `culvert-`. */
export const appWorkerCache = "culvert-app-workers";

/** What a worker's address says of the app's script; undefined for a worker that runs none. */
export interface AppWorkerAddress {
  /** Absolute URL of the app's script. */
  readonly scriptUrl: string;
  /** Digest of its text, hex. */
  readonly digest: string;
}

/** Reads the address of a running or registered worker. */
export function readAppWorker(address: string): AppWorkerAddress | undefined {
  const { searchParams } = new URL(address);
  const scriptUrl = searchParams.get("app");
  return scriptUrl === null ? undefined : { scriptUrl, digest: searchParams.get("digest") ?? "" };
}

/** The address of a worker that also runs the app's script, or with undefined of one that does not. */
export function appWorkerAddress(own: string, app: AppWorkerAddress | undefined): string {
  const url = new URL(own);
  url.searchParams.delete("app");
  url.searchParams.delete("digest");
  if (app !== undefined) {
    url.searchParams.set("app", app.scriptUrl);
    url.searchParams.set("digest", app.digest);
  }
  return url.href;
}

/** Where a text lies in the cache. */
export function appWorkerKey(digest: string): string {
  return `/.culvert/app-worker/${digest}`;
}
