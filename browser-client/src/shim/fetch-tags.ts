/**
 * Tags on what `fetch` asks of the app: by which the page gives a request up before its answer, and the size of a big body,
 * which the worker would otherwise have to read first. Invariant: a request that needs no tag is the page's own.
 */
import { bodySizeHeader, cancelTagHeader } from "../ports/request-tags.ts";
import { appAddress } from "./app-address.ts";
import { exactSizeOf, worthTellingBytes } from "./body-size.ts";
import { replaceMethod } from "./native-look.ts";
import type { GiveUp } from "./request-cancel.ts";

/** Only requests to the app that can be given up or are big are touched; `base` resolves addresses. */
export function installFetchTags(realm: typeof globalThis, base: () => string, giveUp: GiveUp): void {
  const NativeRequest = realm.Request;
  replaceMethod(realm, "fetch", (native, self, given: unknown[]) => {
    const [input, init] = given as [RequestInfo | URL, RequestInit?];
    const isRequest = typeof input === "object" && "signal" in input;
    const signal = init?.signal === undefined && isRequest ? input.signal : init?.signal;
    const sizeBytes = exactSizeOf(init?.body) ?? 0;
    const isBig = sizeBytes >= worthTellingBytes;
    const asIs = () => Reflect.apply(native, self, given) as Promise<Response>;
    if ((!signal && !isBig) || appAddress(isRequest ? input.url : String(input), base()) === undefined) return asIs();
    let request: Request;
    try {
      request = new NativeRequest(input, init);
    } catch {
      // The browser's own words for it.
      return asIs();
    }
    // Without effect in mode no-cors, which allows no such header (fetch.spec.whatwg.org §2.2.2).
    if (isBig) request.headers.set(bodySizeHeader, String(sizeBytes));
    if (!signal) return Reflect.apply(native, self, [request]);
    const id = crypto.randomUUID();
    request.headers.set(cancelTagHeader, id);
    const tell = () => giveUp({ id });
    signal.addEventListener("abort", tell);
    const answer: Promise<Response> = Reflect.apply(native, self, [request]);
    // A body that is given up later is cancelled by the browser.
    const forget = () => signal.removeEventListener("abort", tell);
    answer.then(forget, forget);
    return answer;
  });
}
