/** The XMLHttpRequests of a realm that go to the app; all that the shim does with them hangs on these. */
import { appAddress, place } from "./app-address.ts";
import { replaceMethod } from "./native-look.ts";

/** One request, from its `open` to the next one of the same object. */
export interface AppRequest {
  /** At the app's origin. */
  readonly url: string;
  readonly isSynchronous: boolean;
}

/** Called before a request is sent; what it throws, `send` throws. */
export type BeforeSend = (request: XMLHttpRequest, to: AppRequest, body: unknown) => void;

/** Watches a realm's requests and calls the hooks in order; gives what tells whether a request is one to the app. */
export function watchAppRequests(
  realm: typeof globalThis,
  base: () => string,
  hooks: readonly BeforeSend[],
): (request: XMLHttpRequest) => AppRequest | undefined {
  const opened = new WeakMap<XMLHttpRequest, AppRequest>();
  const givenUp = new WeakSet<XMLHttpRequest>();
  const { prototype } = realm.XMLHttpRequest;
  // Chromium tells of an answer that its service worker could not finish as if the page had given it up.
  const tellCut = (event: Event): void => {
    const request = event.target as XMLHttpRequest;
    if (givenUp.has(request) || !opened.has(request)) return;
    event.stopImmediatePropagation();
    request.dispatchEvent(new ProgressEvent("error"));
  };
  replaceMethod(prototype, "open", (native, self: XMLHttpRequest, given: unknown[]) => {
    const url = appAddress(String(given[1]), base());
    if (url === undefined || url.startsWith(`${place.origin}/.culvert/`)) opened.delete(self);
    else opened.set(self, { url, isSynchronous: given.length > 2 && !given[2] });
    givenUp.delete(self);
    // Heard before the page's own listeners, which come with or after this call.
    self.addEventListener("abort", tellCut);
    return Reflect.apply(native, self, given);
  });
  replaceMethod(prototype, "abort", (native, self: XMLHttpRequest) => {
    givenUp.add(self);
    return Reflect.apply(native, self, []);
  });
  replaceMethod(prototype, "send", (native, self: XMLHttpRequest, given: unknown[]) => {
    const to = opened.get(self);
    if (to !== undefined && self.readyState === 1) for (const hook of hooks) hook(self, to, given[0]);
    return Reflect.apply(native, self, given);
  });
  return (request) => opened.get(request);
}
