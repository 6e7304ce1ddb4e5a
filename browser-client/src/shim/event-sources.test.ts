import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readEventIdMark } from "../ports/event-id-mark.ts";
import { installEventSources } from "./event-sources.ts";

const { origin } = vi.hoisted(() => {
  const app = new URL("https://app.example");
  vi.stubGlobal("location", app);
  return app;
});

/** One of Chromium's, told by the test what becomes of it. */
interface NativeSource extends EventSource {
  opens(): void;
  brings(type: string, data: string, lastEventId: string): void;
  fails(state: 0 | 2): void;
}

const natives: NativeSource[] = [];

/** Chromium's class: each realm has one of its own. */
function nativeClass() {
  return class extends EventTarget {
    readonly withCredentials: boolean;
    readonly url: string;
    #state = 0;

    constructor(url: string, init?: { withCredentials: boolean }) {
      super();
      this.url = new URL(url, origin).href;
      this.withCredentials = init?.withCredentials ?? false;
      natives.push(this as unknown as NativeSource);
    }

    get readyState(): number {
      return this.#state;
    }

    close(): void {
      this.#state = 2;
    }

    opens(): void {
      this.#state = 1;
      this.dispatchEvent(new Event("open"));
    }

    brings(type: string, data: string, lastEventId: string): void {
      this.dispatchEvent(new MessageEvent(type, { data, lastEventId }));
    }

    fails(state: 0 | 2): void {
      this.#state = state;
      this.dispatchEvent(new Event("error"));
    }
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  natives.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

/** An app's event source with all that it sees. */
function follow(address = "/events"): { readonly source: EventSource; readonly seen: string[] } {
  const realm = { EventSource: nativeClass(), EventTarget, Event, MessageEvent };
  installEventSources(realm as unknown as typeof globalThis);
  const source = new realm.EventSource(address, { withCredentials: true }) as unknown as EventSource;
  const seen: string[] = [];
  source.addEventListener("open", () => seen.push(`open ${source.readyState}`));
  source.addEventListener("error", () => seen.push(`error ${source.readyState}`));
  for (const type of ["message", "named"]) {
    source.addEventListener(type, (event) => seen.push(`${type} ${(event as MessageEvent).data}`));
  }
  return { source, seen };
}

function made(index: number): NativeSource {
  const found = natives[index];
  if (found === undefined) throw new Error(`there is no event source ${index}`);
  return found;
}

test("one that was closed while it was open goes on by another, from the last event on", () => {
  const { source, seen } = follow();
  made(0).opens();
  made(0).brings("message", "one", "1");
  made(0).brings("named", "two", "zwei");
  made(0).fails(2);
  expect(source.readyState).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(made(1)).toMatchObject({ withCredentials: true });
  expect(made(1).url.split("#")[0]).toBe(`${origin}/events`);
  expect(readEventIdMark(made(1).url)).toBe("zwei");
  made(1).opens();
  made(1).brings("named", "three", "3");
  made(1).fails(0);
  expect(seen).toEqual(["open 1", "message one", "named two", "error 0", "open 1", "named three", "error 0"]);
  expect(source.url, "as the app gave it").toBe(`${origin}/events`);
  expect(natives.length, "a reconnect of the browser itself").toBe(2);
});

test("it dies as often as its worker does", () => {
  const { seen } = follow();
  for (let turn = 0; turn < 3; turn += 1) {
    made(turn).opens();
    made(turn).brings("message", String(turn), "");
    made(turn).fails(2);
    vi.advanceTimersByTime(1_000);
  }
  expect(readEventIdMark(made(3).url), "no event had an id").toBe("");
  expect(seen.filter((word) => word.startsWith("message"))).toEqual(["message 0", "message 1", "message 2"]);
});

test("an answer that ends it for good does, at first and after another took over", () => {
  const first = follow();
  made(0).fails(2);
  vi.advanceTimersByTime(10_000);
  expect(first.seen).toEqual(["error 2"]);
  expect(natives.length).toBe(1);
  const second = follow();
  made(1).opens();
  made(1).fails(2);
  vi.advanceTimersByTime(1_000);
  made(2).fails(2);
  vi.advanceTimersByTime(10_000);
  expect(second.seen).toEqual(["open 1", "error 0", "error 2"]);
  expect(natives.length).toBe(3);
});

test("close ends it, whoever does its work, and while nobody does", () => {
  const { source, seen } = follow();
  made(0).opens();
  made(0).fails(2);
  vi.advanceTimersByTime(1_000);
  made(1).opens();
  source.close();
  expect([source.readyState, made(1).readyState]).toEqual([2, 2]);
  made(1).brings("message", "late", "9");
  expect(seen).toEqual(["open 1", "error 0", "open 1"]);
  const other = follow();
  made(2).opens();
  made(2).fails(2);
  other.source.close();
  vi.advanceTimersByTime(10_000);
  expect([other.source.readyState, natives.length]).toEqual([2, 3]);
});

test("those of other origins are the browser's own business", () => {
  const { source } = follow("https://elsewhere.example/events");
  made(0).opens();
  made(0).fails(2);
  vi.advanceTimersByTime(10_000);
  expect([source.readyState, natives.length]).toEqual([2, 1]);
});
