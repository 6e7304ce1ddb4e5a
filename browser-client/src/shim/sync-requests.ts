/**
 * Synchronous XMLHttpRequests of documents. A browser does not show them to a service worker, so one to the app would
 * tell its address to the origin server and find nothing there. Invariant: none leaves.
 */
import { appAddress } from "./app-address.ts";
import { replaceMethod } from "./native-look.ts";
import type { TroubleReport } from "./trouble-report.ts";

/** Requests to the app fail with NetworkError (xhr.spec.whatwg.org §3.5.6); foreign ones and blobs stay native. */
export function installSyncRequests(realm: typeof globalThis, report: TroubleReport): void {
  const refused = new WeakMap<XMLHttpRequest, string>();
  const prototype = realm.XMLHttpRequest.prototype;
  replaceMethod(prototype, "open", (native, self: XMLHttpRequest, given: unknown[]) => {
    const address = appAddress(String(given[1]), realm.document.baseURI);
    const isSynchronous = given.length > 2 && !given[2];
    const isOwn = address?.startsWith(`${location.origin}/.culvert/`);
    if (isSynchronous && address !== undefined && !isOwn) refused.set(self, address);
    else refused.delete(self);
    return Reflect.apply(native, self, given);
  });
  replaceMethod(prototype, "send", (native, self: XMLHttpRequest, given: unknown[]) => {
    const address = refused.get(self);
    if (address === undefined) return Reflect.apply(native, self, given);
    refused.delete(self);
    self.abort();
    report("sync-request", address, "A synchronous request cannot go through a service worker; ask asynchronously.");
    throw new DOMException(
      `Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${address}'.`,
      "NetworkError",
    );
  });
}
