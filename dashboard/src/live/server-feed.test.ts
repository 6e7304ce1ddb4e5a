import type { ServerEvent } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { serverView } from "../words/server-view.fixture.ts";
import { type EventStream, ServerFeed } from "./server-feed.ts";

class FakeStream implements EventStream {
  readonly #listeners = new Map<string, (event: { data?: unknown }) => void>();
  closed = false;

  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.closed = true;
  }

  tell(type: string, data?: unknown): void {
    this.#listeners.get(type)?.({ data });
  }
}

let streams: FakeStream[];
let events: ServerEvent[];
let states: string[];
let failures: number;
let feed: ServerFeed;

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  events = [];
  states = [];
  failures = 0;
  feed = new ServerFeed({
    openStream: () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    },
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
    onFailure: () => {
      failures += 1;
    },
  });
});

afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

const latest = (): FakeStream => streams.at(-1) as FakeStream;

it("is live once the stream is open, and tells what comes", () => {
  latest().tell("open");
  latest().tell("servers", JSON.stringify({ type: "servers", servers: [serverView()] }));
  expect(states).toEqual(["live"]);
  expect(events).toEqual([{ type: "servers", servers: [serverView()] }]);
});

it.each(["not json", '{"type":"later-invention"}', '{"type":"servers","servers":[{}]}', 7])(
  "ignores what it does not understand: %j",
  (data) => {
    latest().tell("servers", data);
    expect(events).toEqual([]);
  },
);

it("says nothing of a short gap", () => {
  latest().tell("open");
  latest().tell("error");
  vi.advanceTimersByTime(600);
  latest().tell("open");
  vi.advanceTimersByTime(60_000);
  expect(states).toEqual(["live", "connecting", "live"]);
});

it("says that the server is away, goes on trying with longer waits, and comes back by itself", () => {
  latest().tell("open");
  for (let attempt = 0; attempt < 8; attempt += 1) {
    latest().tell("error");
    vi.advanceTimersByTime(10_000);
  }
  expect(states).toEqual(["live", "connecting", "away"]);
  expect(streams).toHaveLength(9);
  latest().tell("open");
  expect(states.at(-1)).toBe("live");
});

it("waits longer from failure to failure", () => {
  latest().tell("error");
  vi.advanceTimersByTime(499);
  expect(streams).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(streams).toHaveLength(2);
  latest().tell("error");
  vi.advanceTimersByTime(999);
  expect(streams).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(streams).toHaveLength(3);
});

it("has one stream open at a time and hears only that one", () => {
  const gone = latest();
  gone.tell("error");
  expect(gone.closed).toBe(true);
  vi.advanceTimersByTime(500);
  gone.tell("open");
  gone.tell("error");
  expect(states).toEqual([]);
  expect(failures).toBe(1);
});

it("tries at once when the device wakes up, and leaves a good stream alone", () => {
  latest().tell("error");
  feed.nudge();
  expect(streams).toHaveLength(2);
  latest().tell("open");
  feed.nudge();
  vi.advanceTimersByTime(60_000);
  expect(streams).toHaveLength(2);
});

it("tells nothing after close, not even that it is away", () => {
  feed.close();
  latest().tell("open");
  latest().tell("servers", JSON.stringify({ type: "servers", servers: [] }));
  vi.advanceTimersByTime(60_000);
  expect([states, events, streams.length, latest().closed]).toEqual([[], [], 1, true]);
});
