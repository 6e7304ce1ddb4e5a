/**
 * Requests that are given up before their answer's head: no browser tells a service worker of it. They are tagged, and the
 * worker hears the tag's id. Invariant: what is told is of the page's own requests to the app.
 */
import { type CancelMessage, cancelChannel, cancelTagHeader } from "../ports/request-tags.ts";
import type { BeforeSend } from "./app-requests.ts";

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

/** Tags an XMLHttpRequest, and tells where it is aborted or its time is over. */
export function cancelTag(giveUp: GiveUp): BeforeSend {
  return (request) => {
    const id = crypto.randomUUID();
    request.setRequestHeader(cancelTagHeader, id);
    const tell = ({ type }: Event) => {
      for (const end of ends) request.removeEventListener(end, tell);
      if (type === "abort" || type === "timeout") giveUp({ id });
    };
    for (const end of ends) request.addEventListener(end, tell);
  };
}

const ends = ["abort", "timeout", "loadend"];
