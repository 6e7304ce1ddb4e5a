/**
 * Event sources that outlive the service worker. Where a worker dies under a stream, Chromium takes that for a page that was
 * stopped and closes the event source for good; the same end of a connection reconnects in a browser alone
 * (html.spec.whatwg.org §9.2.3). So another one takes over, and its events go to the one that the app has.
 * Invariant: the app's object stays the browser's own; what closed before it was open, or by `close()`, stays closed.
 */
import { addEventIdMark } from "../ports/event-id-mark.ts";
import { appAddress } from "./app-address.ts";
import { replaceAccessor, replaceConstructor, replaceMethod } from "./native-look.ts";
import { giveUpBy } from "./request-cancel.ts";

/** Shorter than the three seconds that browsers wait by themselves: it is the worker that went, not the app. */
const reviveMs = 1_000;
const [connecting, closed] = [0, 2];

/** Watches the event sources of a realm that lead to an origin. */
export function installEventSources(realm: typeof globalThis, origin: string): void {
  const native = realm.EventSource as typeof EventSource | undefined;
  if (native === undefined) return;
  const stateOf = Object.getOwnPropertyDescriptor(native.prototype, "readyState")?.get;
  if (stateOf === undefined) return;
  const giveUp = giveUpBy(realm);
  const lives = new WeakMap<EventSource, EventSourceLife>();
  replaceConstructor(realm, "EventSource", (_native, given: unknown[], newTarget) => {
    const source: EventSource = Reflect.construct(native, given, newTarget);
    if (new URL(source.url).origin !== origin) return source;
    const { url, withCredentials } = source;
    const life = new EventSourceLife(source, {
      realm,
      stateOf: (one) => Reflect.apply(stateOf, one, []),
      connect: (lastId) => new native(addEventIdMark(url, lastId), { withCredentials }),
    });
    lives.set(source, life);
    return source;
  });
  replaceAccessor(native.prototype, "readyState", {
    get: (nativeGet, self) => lives.get(self)?.readyState ?? nativeGet(),
  });
  replaceMethod(native.prototype, "close", (nativeClose, self: EventSource, given) => {
    // One that waits for its answer's head: it can carry no tag, so its address is told.
    const url = self.readyState === connecting ? appAddress(self.url, origin) : undefined;
    if (url !== undefined) giveUp({ eventSource: url.slice(origin.length).split("#", 1)[0] ?? "" });
    lives.get(self)?.close();
    return Reflect.apply(nativeClose, self, given);
  });
}

/** What a life needs of its realm. */
interface EventSourceMeans {
  readonly realm: typeof globalThis;
  stateOf(source: EventSource): number;
  connect(lastId: string): EventSource;
}

/** One event source of the app, and the one that does its work now. */
class EventSourceLife {
  readonly #source: EventSource;
  readonly #means: EventSourceMeans;
  /** Types of events that the app listens to. */
  readonly #types = new Set<string>();
  #current: EventSource;
  #lastId = "";
  #state: "new" | "open" | "waiting" | "over" = "new";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(source: EventSource, means: EventSourceMeans) {
    this.#source = source;
    this.#means = means;
    this.#current = source;
    this.#watch(source);
    this.#follow("message");
    const listen = (...given: Parameters<EventTarget["addEventListener"]>): void => {
      this.#follow(String(given[0]));
      Reflect.apply(means.realm.EventTarget.prototype.addEventListener, source, given);
    };
    // As the prototype's own method to whoever looks: an own property that nobody counts.
    Object.defineProperty(source, "addEventListener", { value: listen, writable: true, configurable: true });
  }

  get readyState(): number {
    return this.#state === "waiting" ? connecting : this.#means.stateOf(this.#current);
  }

  /** The app wants no more. */
  close(): void {
    this.#state = "over";
    clearTimeout(this.#timer);
    if (this.#current !== this.#source) this.#current.close();
  }

  #watch(source: EventSource): void {
    source.addEventListener("open", () => {
      this.#state = "open";
      if (source !== this.#source) this.#tell(new this.#means.realm.Event("open"));
    });
    source.addEventListener("error", () => {
      const hasBroken = this.#state === "open" && this.#means.stateOf(source) === closed;
      if (hasBroken) this.#revive();
      else if (this.#state === "open") this.#state = "new";
      if (source !== this.#source) this.#tell(new this.#means.realm.Event("error"));
    });
    for (const type of this.#types) this.#take(source, type);
  }

  /** From now on events of this type are the app's too, whoever brings them. */
  #follow(type: string): void {
    if (type === "open" || type === "error" || this.#types.has(type)) return;
    this.#types.add(type);
    this.#take(this.#source, type);
    if (this.#current !== this.#source) this.#take(this.#current, type);
  }

  #take(source: EventSource, type: string): void {
    EventTarget.prototype.addEventListener.call(source, type, (event) => {
      const { data, origin, lastEventId } = event as MessageEvent;
      this.#lastId = lastEventId;
      if (source !== this.#source) this.#tell(new this.#means.realm.MessageEvent(type, { data, origin, lastEventId }));
    });
  }

  #revive(): void {
    this.#state = "waiting";
    this.#timer = setTimeout(() => {
      this.#state = "new";
      this.#current = this.#means.connect(this.#lastId);
      this.#watch(this.#current);
    }, reviveMs);
  }

  #tell(event: Event): void {
    if (this.#state !== "over") this.#source.dispatchEvent(event);
  }
}
