/**
 * Requests that are given up before their answer's head: no browser tells a service worker of it. They are tagged, and the
 * worker hears the tag's id. Invariant: what is told is of the page's own requests to the app.
 */
import { type CancelMessage, cancelChannel, cancelTagHeader } from "../ports/request-tags.ts";
import { appAddress, place } from "./app-address.ts";
import { replaceMethod } from "./native-look.ts";

/** Tells the worker that a request is given up. */
export type GiveUp = (message: CancelMessage) => void;

/** The way to the worker from a realm, be it a document or a worker. */
export function giveUpBy(realm: typeof globalThis): GiveUp {
  const { BroadcastChannel: Channel } = realm;
  return (message) => {
    // Open no longer than needed: one that stays would keep a page out of the back/forward cache.
    const channel = new Channel(cancelChannel);
    channel.postMessage(message);
    channel.close();
  };
}

/** Tags the XMLHttpRequests to the app, and watches event sources, which cannot be tagged. */
export function installRequestCancel(realm: typeof globalThis, base: () => string, giveUp: GiveUp): void {
  const toApp = new WeakSet<XMLHttpRequest>();
  const { prototype } = realm.XMLHttpRequest;
  replaceMethod(prototype, "open", (native, self: XMLHttpRequest, given: unknown[]) => {
    if (appAddress(String(given[1]), base()) === undefined) toApp.delete(self);
    else toApp.add(self);
    return Reflect.apply(native, self, given);
  });
  replaceMethod(prototype, "send", (native, self: XMLHttpRequest, given: unknown[]) => {
    if (toApp.has(self) && self.readyState === 1) {
      const id = crypto.randomUUID();
      self.setRequestHeader(cancelTagHeader, id);
      const tell = () => giveUp({ id });
      for (const type of ["abort", "timeout"]) self.addEventListener(type, tell, { once: true });
      self.addEventListener(
        "loadend",
        () => {
          for (const type of ["abort", "timeout"]) self.removeEventListener(type, tell);
        },
        { once: true },
      );
    }
    return Reflect.apply(native, self, given);
  });
  replaceMethod(realm.EventSource?.prototype, "close", (native, self: EventSource, given) => {
    const url = self.readyState === 0 ? appAddress(self.url, base()) : undefined;
    if (url !== undefined) giveUp({ eventSource: url.slice(place.origin.length).split("#", 1)[0] ?? "" });
    return Reflect.apply(native, self, given);
  });
}
