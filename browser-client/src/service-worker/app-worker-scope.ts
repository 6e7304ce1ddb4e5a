/**
 * The global scope as an app's own service worker sees it: its address is its script's, and what it fetches comes from
 * the app. Requests of a worker itself never raise a fetch event, so they would go past ours.
 */
import { type AppWorkerAddress, appWorkerCache, appWorkerKey } from "../ports/app-worker-address.ts";
import { isAppsName, matchInAppCaches } from "../ports/own-caches.ts";

import { foreignRequest } from "./port-request.ts";

type Ask = (request: Request) => Promise<Response>;

const mostRedirects = 20;

/** Puts fetch, caches and location in their place. `ask` answers a request to the app. */
export function shapeScope(
  scope: ServiceWorkerGlobalScope & typeof globalThis,
  { scriptUrl }: AppWorkerAddress,
  ask: Ask,
): void {
  const { origin } = scope.location;
  const NativeRequest = scope.Request;
  const nativeFetch = scope.fetch;
  const asRequest = (input: RequestInfo | URL, init?: RequestInit): Request =>
    new NativeRequest(input instanceof NativeRequest ? input : new URL(String(input), scriptUrl).href, init);
  const get = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    // A navigation cannot be made anew, but it can be passed on.
    const request = init === undefined && input instanceof NativeRequest ? input : asRequest(input, init);
    return new URL(request.url).origin === origin
      ? follow(request, ask)
      : nativeFetch.call(scope, foreignRequest(request));
  };
  scope.fetch = get;
  scope.Request = new Proxy(NativeRequest, {
    construct: (target, [input, init], newTarget) =>
      Reflect.construct(
        target,
        [input instanceof target ? input : new URL(String(input), scriptUrl).href, init],
        newTarget,
      ),
  });
  scope.Cache.prototype.add = function (this: Cache, input) {
    return this.addAll([input as RequestInfo]);
  };
  scope.Cache.prototype.addAll = async function (this: Cache, inputs: Iterable<RequestInfo | URL>) {
    const requests = [...inputs].map((input) => asRequest(input));
    const answers = await Promise.all(requests.map((request) => get(request.clone())));
    const failed = answers.findIndex((answer) => !answer.ok);
    if (failed !== -1) throw new TypeError(`Failed to execute 'addAll' on 'Cache': ${requests[failed]?.url} failed.`);
    await Promise.all(answers.map((answer, index) => this.put(requests[index] as Request, answer)));
  };
  hideOwnStorage(scope);
  // It would show cookies of the app origin itself, where there are none; the app's are the core's.
  Reflect.deleteProperty(scope, "cookieStore");
  const location = new URL(scriptUrl);
  Object.defineProperty(scope, "location", { value: location, configurable: true });
}

/** Ours are not the app's to find: its worker would answer with what our HTTP cache holds. */
function hideOwnStorage({ CacheStorage, IDBFactory }: typeof globalThis): void {
  const { keys, match } = CacheStorage.prototype;
  const { databases } = IDBFactory.prototype;
  CacheStorage.prototype.keys = async function (this: CacheStorage) {
    return (await keys.call(this)).filter(isAppsName);
  };
  CacheStorage.prototype.match = function (this: CacheStorage, request, options) {
    return matchInAppCaches({ keys: keys.bind(this), match: match.bind(this) }, request, options);
  };
  IDBFactory.prototype.databases = async function (this: IDBFactory) {
    return (await databases.call(this)).filter(({ name }) => isAppsName(name));
  };
}

/** The text of the app's script: as it was when it was registered, else as it is now. */
export async function loadAppScript({ scriptUrl, digest }: AppWorkerAddress, ask: Ask): Promise<string> {
  const kept = await (await caches.open(appWorkerCache)).match(appWorkerKey(digest));
  if (kept !== undefined) return kept.text();
  const answer = await follow(new Request(scriptUrl, { headers: { "service-worker": "script" } }), ask);
  if (!answer.ok) throw new Error(`${scriptUrl} answered ${answer.status}.`);
  return answer.text();
}

/** Redirects within the app, as fetch follows them (fetch.spec.whatwg.org §4.4). */
async function follow(request: Request, ask: Ask): Promise<Response> {
  let answer = await ask(request);
  for (let left = mostRedirects; request.redirect === "follow" && left > 0; left -= 1) {
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.get("location") : null;
    if (location === null) break;
    if (new URL(location).origin !== new URL(request.url).origin) return fetch(location, { mode: request.mode });
    answer = await ask(new Request(location, { headers: request.headers }));
  }
  return answer;
}
