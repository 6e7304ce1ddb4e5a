/**
 * What a page asks for while it goes. Firefox sends its beacons past the service worker then, to the operator, and its fetches
 * nowhere; so the worker is told of them and asks in its own name. Invariant: a page that stays asks as it always does.
 */
import type { ToWorkerMessage } from "../ports/courier-messages.ts";
import { appAddress } from "./app-address.ts";
import { replaceMethod } from "./native-look.ts";
import { nativeController } from "./worker-container.ts";

/** Before `fetch` is replaced by anything else; `base` resolves addresses. */
export function installLastRequests(
  realm: typeof globalThis,
  container: ServiceWorkerContainer,
  base: () => string,
): void {
  let isGoing = false;
  realm.addEventListener("pagehide", () => {
    isGoing = true;
    // Runs in a page that the back/forward cache gives back, and in no other.
    setTimeout(() => {
      isGoing = false;
    });
  });
  /** True where the worker has been told. */
  const tell = (address: unknown, { method, headers, body }: RequestInit): boolean => {
    const controller = nativeController(container);
    // A Request brings its own head and body, which are not read here: it goes as it would.
    const url = isGoing && controller && !(address as Request).url && appAddress(String(address), base());
    if (!url) return false;
    const isForm = body instanceof FormData;
    const parts = isForm || body instanceof URLSearchParams ? [...body] : body;
    const request = { url, method, headers: [...new Headers(headers)], body: parts, isForm, referrer: base() };
    controller.postMessage({ type: "culvert-last-request", request } as ToWorkerMessage);
    return true;
  };
  replaceMethod(
    realm.Navigator.prototype,
    "sendBeacon",
    (native, self, given: unknown[]) =>
      tell(given[0], { method: "POST", body: given[1] as BodyInit }) || Reflect.apply(native, self, given),
  );
  replaceMethod(realm, "fetch", (native, self, given: unknown[]) => {
    const init = given[1] as RequestInit | undefined;
    // Nobody is left to hear of an answer.
    return init?.keepalive && tell(given[0], init) ? new Promise(() => {}) : Reflect.apply(native, self, given);
  });
}
