/**
 * fetch and XMLHttpRequest of frames that no service worker controls: about:blank, blob: and javascript: ones. They ask
 * by way of the document that shows them, which is controlled. Whether a frame is controlled is looked at anew each
 * time, since an empty frame may become another document without becoming another realm.
 */
import { appAddress } from "./app-address.ts";
import { replaceConstructor, replaceMethod } from "./native-look.ts";

/** Routes the requests of `child` through `parent`. */
export function installRealmRequests(child: typeof globalThis, parent: typeof globalThis): void {
  replaceMethod(child, "fetch", (native, self, given: unknown[]) => {
    const [input, init] = given as [RequestInfo | URL, RequestInit?];
    const isRequest = typeof input === "object" && "url" in input;
    const url = appAddress(isRequest ? input.url : String(input), child.document.baseURI);
    if (url === undefined || !isUncontrolled(child)) return Reflect.apply(native, self, given);
    return parent.fetch(isRequest ? input : url, init);
  });
  const byParent = new WeakSet<object>();
  replaceConstructor(child, "XMLHttpRequest", (native, given, newTarget) => {
    const isOurs = isUncontrolled(child);
    const request: object = Reflect.construct(isOurs ? parent.XMLHttpRequest : native, given, newTarget);
    if (isOurs) byParent.add(request);
    return request;
  });
  replaceMethod(child.XMLHttpRequest.prototype, "open", (native, self: XMLHttpRequest, given: unknown[]) => {
    if (!byParent.has(self)) return Reflect.apply(native, self, given);
    const [method, address, ...rest] = given;
    const url = appAddress(String(address), child.document.baseURI) ?? address;
    // The parent's own method: a synchronous request is refused there.
    return Reflect.apply(parent.XMLHttpRequest.prototype.open, self, [method, url, ...rest]);
  });
  replaceMethod(child.XMLHttpRequest.prototype, "send", (native, self: XMLHttpRequest, given: unknown[]) =>
    Reflect.apply(byParent.has(self) ? parent.XMLHttpRequest.prototype.send : native, self, given),
  );
}

/** True where a frame's requests would go past the service worker. */
export function isUncontrolled(child: typeof globalThis): boolean {
  return child.navigator.serviceWorker?.controller === null;
}
