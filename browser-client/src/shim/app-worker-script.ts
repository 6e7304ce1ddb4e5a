/** Keeps the text of an app's service worker where ours finds it when the browser starts it, with or without a core. */
import { appWorkerCache, appWorkerKey } from "../ports/app-worker-address.ts";

/** Stores a text; gives its digest, by which it is found. */
export async function keepScript(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const digest = Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const cache = await caches.open(appWorkerCache);
  await cache.put(appWorkerKey(digest), new Response(text, { headers: { "content-type": "text/javascript" } }));
  return digest;
}
