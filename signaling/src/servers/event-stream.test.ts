import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import type { ServerEvent } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type EventStreamSource, writeEventStream } from "./event-stream.ts";

/** A response whose reader never reads: it closes when it is destroyed. */
class StalledResponse extends EventEmitter {
  destroyed = false;
  writableEnded = false;
  writableLength = 0;
  writeHead(): this {
    return this;
  }
  write(): boolean {
    return true;
  }
  end(): void {
    this.writableEnded = true;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit("close");
  }
}

let watchers: Set<() => void>;
let source: EventStreamSource;

beforeEach(() => {
  vi.useFakeTimers();
  watchers = new Set();
  const watch = (listener: () => void) => {
    watchers.add(listener);
    return () => watchers.delete(listener);
  };
  source = {
    snapshot: async (): Promise<ServerEvent> => ({ type: "servers", servers: [] }),
    watch: () => watch(() => undefined),
    watchEnd: watch,
    maySeeMore: async () => true,
  };
});
afterEach(() => vi.useRealTimers());

const write = (response: StalledResponse) => writeEventStream(response as unknown as ServerResponse, source);

test("a reader who left while it was asked who it is leaves nothing behind", async () => {
  const gone = new StalledResponse();
  gone.destroyed = true;
  await write(gone);
  expect([watchers.size, vi.getTimerCount()]).toEqual([0, 0]);
});

test("a reader who leaves later leaves nothing behind", async () => {
  const reader = new StalledResponse();
  const written = write(reader);
  expect([watchers.size, vi.getTimerCount()]).toEqual([2, 1]);
  reader.destroy();
  await written;
  expect([watchers.size, vi.getTimerCount()]).toEqual([0, 0]);
});

test("a reader whose sign-in ended is cut where it does not read the end", async () => {
  const reader = new StalledResponse();
  const written = write(reader);
  for (const listener of watchers) listener();
  expect(reader.writableEnded).toBe(true);
  await vi.advanceTimersByTimeAsync(15_000);
  await written;
  expect([reader.destroyed, watchers.size, vi.getTimerCount()]).toEqual([true, 0, 0]);
});
