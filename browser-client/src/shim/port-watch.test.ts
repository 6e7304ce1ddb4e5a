import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CoreToPage } from "../ports/page-port.ts";
import { watchPort } from "./port-watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watch(): { readonly hear: (message: CoreToPage) => void; readonly told: string[] } {
  const told: string[] = [];
  const port = { postMessage: ({ type }: { type: string }) => void told.push(type) };
  return { hear: watchPort(port, () => told.push("gone")), told };
}

test("a core that answers is asked every fifteen seconds and stays", () => {
  const { hear, told } = watch();
  hear({ type: "page-ready" });
  for (let count = 0; count < 20; count += 1) {
    vi.advanceTimersByTime(15_000);
    hear({ type: "pong" });
  }
  expect(told).toEqual(Array.from({ length: 20 }, () => "ping"));
});

test("a core that falls silent is gone after a minute, once", () => {
  const { hear, told } = watch();
  hear({ type: "page-ready" });
  vi.advanceTimersByTime(74_000);
  expect(told).not.toContain("gone");
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual(["ping", "ping", "ping", "ping", "gone"]);
});

test("a core that says goodbye is gone at once", () => {
  const { hear, told } = watch();
  hear({ type: "page-ready" });
  hear({ type: "gone" });
  vi.advanceTimersByTime(600_000);
  expect(told).toEqual(["gone"]);
});
