/**
 * Event sources that outlive the service worker. Where a worker dies under a stream, Chromium takes that for a page that was
 * stopped and closes the event source for good; the same end of a connection reconnects in a browser alone
 * (html.spec.whatwg.org §9.2.3). So another one takes over, and its events go to the one that the app has.
 * Invariant: the app's object stays the browser's own; what closed before it was open, or by `close()`, stays closed.
 */
import { addEventIdMark } from "../ports/event-id-mark.ts";
import { appAddress, place } from "./app-address.ts";
import { replaceConstructor } from "./native-look.ts";
import { type GiveUp, giveUpBy } from "./request-cancel.ts";

/** Shorter than the three seconds that browsers wait by themselves: it is the worker that went, not the app. */
const reviveMs = 1_000;
const connecting = 0;
const closed = 2;

/** Watches the event sources of a realm that lead to the app. One that is closed before its answer came is given up. */
export function installEventSources(realm: typeof globalThis): void {
  const giveUp = giveUpBy(realm);
  replaceConstructor(realm, "EventSource", (native, given: unknown[], newTarget) => {
    const source: EventSource = Reflect.construct(native, given, newTarget);
    const [url] = appAddress(source.url, source.url)?.split("#") ?? [];
    if (url !== undefined) outlive(source, url, native as unknown as typeof EventSource, giveUp);
    return source;
  });
}

function outlive(source: EventSource, url: string, native: typeof EventSource, giveUp: GiveUp): void {
  /** Types of events that are the app's, whoever brings them. */
  const types = new Set<string>();
  const { addEventListener: listen } = source;
  const { prototype } = native;
  let current = source;
  let lastId = "";
  let state: "new" | "open" | "waiting" | "over" = "new";
  /** The browser's own word, behind the property of `source`. */
  const stateOf = (one: EventSource): number => Reflect.get(prototype, "readyState", one);
  const take = (from: EventSource, type: string): void =>
    listen.call(from, type, (event) => {
      if (type === "open") state = "open";
      else if (type !== "error") lastId = (event as MessageEvent).lastEventId;
      else if (state === "open") {
        state = stateOf(from) === closed ? "waiting" : "new";
        if (state === "waiting") setTimeout(revive, reviveMs);
      }
      if (from === source || state === "over") return;
      // An event holds all that its own copy is made of.
      const Kind = event.constructor as typeof Event;
      source.dispatchEvent(new Kind(type, event));
    });
  const revive = (): void => {
    if (state === "over") return;
    state = "new";
    current = new native(addEventIdMark(url, lastId), source);
    for (const type of types) take(current, type);
  };
  const follow = (type: string): void => {
    if (types.has(type)) return;
    types.add(type);
    for (const one of new Set([source, current])) take(one, type);
  };
  for (const type of ["open", "error", "message"]) follow(type);
  Object.defineProperties(source, {
    readyState: { get: () => (state === "waiting" ? connecting : stateOf(current)) },
    addEventListener: {
      value: (...given: Parameters<typeof listen>) => {
        follow(`${given[0]}`);
        listen.apply(source, given);
      },
    },
    close: {
      value: () => {
        if (stateOf(current) === connecting) giveUp({ eventSource: url.slice(place.origin.length) });
        state = "over";
        for (const one of [current, source]) prototype.close.call(one);
      },
    },
  });
}
