/**
 * Brings the script of an app's service worker and keeps it where ours finds it when the browser starts it, with or
 * without a core. The page cannot do it: what a page's policy says of connections does not hold for its workers' scripts
 * (w3c.github.io/webappsec-csp §6.1.17).
 */
import { appWorkerCache, appWorkerKey } from "../ports/app-worker-address.ts";
import type { AppScriptAnswer } from "../ports/courier-messages.ts";

/** A script as a page asks to register it. */
export interface AskedScript {
  readonly url: string;
  /** The page. */
  readonly referrer: string;
  /** False for a script that is kept as an empty one. */
  readonly isRun: boolean;
}

/** Asks the app by `ask`, keeps what it answered, and tells what it was. The text itself is not given away. */
export async function bringAppScript(
  { url, referrer, isRun }: AskedScript,
  ask: (request: Request) => Promise<Response>,
): Promise<AppScriptAnswer> {
  const headers = { "service-worker": "script" };
  const answer = await ask(new Request(url, { headers, referrer, cache: "no-cache", mode: "same-origin" }));
  return {
    status: answer.status,
    contentType: answer.headers.get("content-type") ?? "",
    allowedScope: answer.headers.get("service-worker-allowed"),
    digest: answer.ok ? await keepScript(isRun ? await answer.text() : "") : "",
  };
}

/** Stores a text; gives its digest, by which it is found. */
async function keepScript(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const digest = Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const cache = await caches.open(appWorkerCache);
  await cache.put(appWorkerKey(digest), new Response(text, { headers: { "content-type": "text/javascript" } }));
  return digest;
}
