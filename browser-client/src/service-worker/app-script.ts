/**
 * Scripts of the app's service workers, fetched and kept for the worker that will run them, with or without a core. A page
 * asks for it as it registers one. Invariant: what is kept is what the app answered for that address.
 */
import { appWorkerCache, appWorkerKey } from "../ports/app-worker-address.ts";
import type { AppScriptReply, AppScriptRequest } from "../ports/courier-messages.ts";

/** Fetches, checks and keeps a script (w3c.github.io/ServiceWorker §5.2 Update). Never rejects. */
export async function takeAppScript(
  { scriptUrl, scope, isModule }: AppScriptRequest,
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
  const answer = await ask(new Request(script, { headers: { "service-worker": "script" }, cache: "no-cache" }));
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
