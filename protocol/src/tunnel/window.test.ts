import { describe, expect, it } from "vitest";
import { Window, WindowBudget } from "./window.ts";

const MiB = 1024 * 1024;

describe("a window", () => {
  it("asks for a WINDOW once half of it was consumed", () => {
    const window = new Window(100, new WindowBudget(0));
    expect(window.consume(49)).toBe(false);
    expect(window.consume(1)).toBe(true);
    expect(window.grant(0, 10)).toBe(150);
    expect(window.consume(49)).toBe(false);
  });

  it("grants nothing new where nothing was consumed", () => {
    const window = new Window(100, new WindowBudget(1_000));
    expect(window.grant(0, 10)).toBe(100);
    expect(window.grant(1, 10), "a repeated WINDOW is no sign of haste").toBe(100);
    window.consume(50);
    expect(window.grant(2, 10)).toBe(150);
  });

  it("doubles while half of it is consumed within four round trips, up to 16 MiB", () => {
    const window = new Window(256 * 1024, new WindowBudget(64 * MiB));
    let nowMs = 0;
    for (let turn = 0; turn < 20; turn++) {
      window.consume(window.limit - window.consumed);
      window.grant(nowMs, 50);
      nowMs += 190;
    }
    expect(window.limit - window.consumed).toBe(16 * MiB);
  });

  it("stays as it is for a slow reader, and without a known round trip", () => {
    const window = new Window(1_000, new WindowBudget(MiB));
    for (const [nowMs, roundTripMs] of [
      [0, 50],
      [200, 50],
      [400, undefined],
      [401, undefined],
    ] as const) {
      window.consume(600);
      window.grant(nowMs, roundTripMs);
    }
    expect(window.limit - window.consumed).toBe(1_000);
  });

  it("grows only within the tunnel's budget and gives it back at the end", () => {
    const budget = new WindowBudget(1_500);
    const [first, second] = [new Window(1_000, budget), new Window(1_000, budget)];
    for (const window of [first, second]) {
      for (const nowMs of [0, 1]) {
        window.consume(1_000);
        window.grant(nowMs, 50);
      }
    }
    expect(first.limit - first.consumed).toBe(2_000);
    expect(second.limit - second.consumed).toBe(1_500);
    first.release();
    first.release();
    expect(budget.take(5_000)).toBe(1_000);
  });
});
