import { expect, test } from "vitest";
import { ActivityLog } from "./activity-log.ts";
import type { LogRecord } from "./agent-status.ts";

const record = (type: string, text = ""): LogRecord => ({ time: new Date(0).toISOString(), type, mark: "note", text });

test("the last records of a kind are given, oldest first, and old ones are dropped", () => {
  const log = new ActivityLog();
  for (let number = 0; number < 2_100; number += 1) log.add(record("request", `${number}`), 0);
  log.add(record("link", "online"), 0);
  const all = log.last(10_000, () => true);
  expect([all.length, all[0]?.text, all.at(-1)?.text]).toEqual([2_000, "101", "online"]);
  expect(log.last(2, ({ type }) => type === "request").map(({ text }) => text)).toEqual(["2098", "2099"]);
  expect(log.last(0, () => true)).toEqual([]);
});

test("the rate is that of the last five whole seconds", () => {
  const log = new ActivityLog();
  for (let second = 0; second < 10; second += 1) {
    for (let count = 0; count < 4; count += 1) log.add(record("request"), second * 1_000 + 100);
    log.add(record("link"), second * 1_000);
  }
  expect(log.requestsPerSecond(10_000)).toBe(4);
  expect(log.requestsPerSecond(12_000)).toBe(2.4);
  expect(log.requestsPerSecond(60_000)).toBe(0);
});

test("a listener hears of each record until it is done", () => {
  const log = new ActivityLog();
  const heard: string[] = [];
  const done = log.onRecord(({ text }) => heard.push(text));
  log.add(record("link", "one"), 0);
  done();
  log.add(record("link", "two"), 0);
  expect(heard).toEqual(["one"]);
});
