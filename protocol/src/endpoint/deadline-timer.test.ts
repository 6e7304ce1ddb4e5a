import { describe, expect, it } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { DeadlineTimer } from "./deadline-timer.ts";

describe("the deadline timer", () => {
  it("keeps one timer, and moves it only to an earlier time", async () => {
    const clock = createFakeClock();
    const fired: number[] = [];
    const timer = new DeadlineTimer(clock, () => fired.push(clock.nowMs()));
    timer.set(100);
    timer.set(500);
    timer.set(50);
    timer.set(Number.POSITIVE_INFINITY);
    expect(clock.pendingTimers()).toBe(1);
    await clock.advance(1_000);
    expect(fired).toEqual([50]);
  });

  it("fires at once for a deadline in the past, and never after cancel", async () => {
    const clock = createFakeClock(1_000);
    let count = 0;
    const timer = new DeadlineTimer(clock, () => {
      count += 1;
    });
    timer.set(10);
    await clock.settle();
    expect(count).toBe(1);
    timer.set(2_000);
    timer.cancel();
    await clock.advance(5_000);
    expect(count).toBe(1);
  });
});
