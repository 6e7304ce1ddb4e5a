import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PortWatch } from "./port-watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(): { readonly watch: PortWatch; readonly told: string[] } {
  const told: string[] = [];
  return { watch: new PortWatch({ ping: () => told.push("ping"), onGone: () => told.push("gone") }), told };
}

test("a core that answers is asked every fifteen seconds and stays", () => {
  const { watch: watched, told } = watch();
  watched.heard({ type: "page-ready", answersPings: true });
  for (let count = 0; count < 20; count += 1) {
    vi.advanceTimersByTime(15_000);
    watched.heard({ type: "pong" });
  }
  expect(told).toEqual(Array.from({ length: 20 }, () => "ping"));
  watched.stop();
  vi.advanceTimersByTime(600_000);
  expect(told.length).toBe(20);
});

test("a core that falls silent is gone after a minute, once", () => {
  const { watch: watched, told } = watch();
  watched.heard({ type: "page-ready", answersPings: true });
  vi.advanceTimersByTime(74_000);
  expect(told).not.toContain("gone");
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual(["ping", "ping", "ping", "ping", "gone"]);
});

test("a core that never took the port is gone too, and is not asked", () => {
  const { told } = watch();
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual(["gone"]);
});

test("a core that says goodbye is gone at once", () => {
  const { watch: watched, told } = watch();
  watched.heard({ type: "page-ready", answersPings: true });
  watched.heard({ type: "gone" });
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual(["gone"]);
});

test("an older core that answers no pings is left alone", () => {
  const { watch: watched, told } = watch();
  watched.heard({ type: "page-ready" });
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual([]);
});
