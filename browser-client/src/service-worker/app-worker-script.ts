/**
 * Brings the script of an app's service worker and keeps it where ours finds it when the browser starts it, with or
 * without a core. The page cannot do it: what a page's policy says of connections does not hold for its workers' scripts
 * (w3c.github.io/webappsec-csp §6.1.17).
 */
import { appWorkerCache, appWorkerKey } from "../ports/app-worker-address.ts";
import type { AppScriptReply, AppScriptRequest } from "../ports/courier-messages.ts";

/** Fetches, checks and keeps a script (w3c.github.io/ServiceWorker §5.2 Update). `referrer`: the page. */
export async function takeAppScript(
  { scriptUrl, scope, isModule, referrer }: AppScriptRequest & { readonly referrer: string },
  origin: string,
  ask: (request: Request) => Promise<Response>,
): Promise<AppScriptReply> {
  const words = `Failed to register a ServiceWorker for scope ('${scope}') with script ('${scriptUrl}')`;
  const refuse = (name: "SecurityError" | "TypeError", why: string): AppScriptReply => ({
    fault: { name, message: `${words}: ${why}` },
  });
  const script = new URL(scriptUrl);
  if (script.origin !== origin || new URL(scope).origin !== origin) {
    return refuse("SecurityError", "The origins of the script and the page do not match.");
  }
  const headers = { "service-worker": "script" };
  const answer = await ask(new Request(script, { headers, referrer, cache: "no-cache", mode: "same-origin" }));
  if (!answer.ok) {
    return refuse("TypeError", `A bad HTTP response code (${answer.status}) was received when fetching the script.`);
  }
  const type = answer.headers.get("content-type") ?? "";
  if (!/(java|ecma)script/i.test(type)) {
    return refuse("SecurityError", `The script has an unsupported MIME type ('${type}').`);
  }
  const most = new URL(answer.headers.get("service-worker-allowed") ?? "./", script).pathname;
  if (!new URL(scope).pathname.startsWith(most)) {
    return refuse("SecurityError", `The path of the scope is not under the max scope allowed ('${most}').`);
  }
  const text = await answer.text();
  return { digest: await keepScript(isModule ? "" : text) };
}

/** Stores a text; gives its digest, by which it is found. */
async function keepScript(text: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const digest = Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const cache = await caches.open(appWorkerCache);
  await cache.put(appWorkerKey(digest), new Response(text, { headers: { "content-type": "text/javascript" } }));
  return digest;
}
