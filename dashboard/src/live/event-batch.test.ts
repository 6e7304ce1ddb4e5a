import { beforeEach, expect, it } from "vitest";
import { type BatchClock, EventBatch } from "./event-batch.ts";

let nowMs: number;
let timers: { atMs: number; call: () => void }[];
let taken: string[];
let batch: EventBatch<string>;

const clock: BatchClock = {
  nowMs: () => nowMs,
  after: (ms, call) => {
    const timer = { atMs: nowMs + ms, call };
    timers.push(timer);
    return () => {
      timers = timers.filter((it) => it !== timer);
    };
  },
};

function pass(ms: number): void {
  nowMs += ms;
  const due = timers.filter(({ atMs }) => atMs <= nowMs);
  timers = timers.filter(({ atMs }) => atMs > nowMs);
  for (const { call } of due) call();
}

beforeEach(() => {
  nowMs = 0;
  timers = [];
  taken = [];
  batch = new EventBatch(200, (events) => taken.push(events.join("")), clock);
});

it("hands the first event on at once, and those that follow within the pause together", () => {
  for (const event of "abc") batch.add(event);
  expect(taken).toEqual(["a"]);
  pass(199);
  batch.add("d");
  expect(taken).toEqual(["a"]);
  pass(1);
  expect(taken).toEqual(["a", "bcd"]);
});

it("hands 200 events a second on five times a second, each once and in order", () => {
  const events = Array.from({ length: 1_000 }, (_, index) => String.fromCharCode(0x4e00 + index));
  for (const event of events) {
    batch.add(event);
    pass(5);
  }
  pass(200);
  expect(taken.join("")).toBe(events.join(""));
  expect(taken.length).toBeLessThanOrEqual(27);
});

it("hands an event after a pause on at once", () => {
  batch.add("a");
  pass(200);
  batch.add("b");
  expect(taken).toEqual(["a", "b"]);
  expect(timers).toEqual([]);
});

it("hands nothing on after its end", () => {
  batch.add("a");
  batch.add("b");
  batch.close();
  pass(1_000);
  expect(taken).toEqual(["a"]);
});
