import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, test } from "vitest";
import { DeliverySchedule } from "./delivery-schedule.ts";
import { ImpairedLink } from "./impaired-link.ts";

function linkWithLog() {
  const clock = createFakeClock();
  const link = new ImpairedLink({ seed: 1, clock });
  const log: string[] = [];
  const carry = (direction: "to-viewer" | "to-agent", name: string, payloadBytes = 100) =>
    link.carry(direction, payloadBytes, () => log.push(`${name} at ${clock.nowMs()}`));
  return { clock, link, log, carry };
}

describe("a link", () => {
  test("delivers each packet at its time, and has no timer when none is on its way", async () => {
    const { clock, link, log, carry } = linkWithLog();
    link.set({ delayMs: 25 });
    carry("to-viewer", "first");
    await clock.advance(10);
    carry("to-viewer", "second");
    await clock.advance(14);
    expect(log).toEqual([]);
    await clock.advance(11);
    expect(log).toEqual(["first at 25", "second at 35"]);
    expect(clock.pendingTimers()).toBe(0);
  });

  test("delivers what is due before the middle of the next millisecond together", async () => {
    const { clock, link, log, carry } = linkWithLog();
    link.set({ bytesPerSecond: 1_280_000 });
    for (const name of ["a", "b", "c", "d"]) carry("to-agent", name);
    expect(log).toEqual(["a at 0", "b at 0", "c at 0", "d at 0"]);
    for (const name of ["e", "f"]) carry("to-agent", name);
    await clock.advance(1);
    expect(log.slice(4)).toEqual(["e at 0", "f at 1"]);
  });

  test("treats its directions apart", async () => {
    const { clock, link, log, carry } = linkWithLog();
    link.set({ delayMs: 5 }, "to-viewer");
    link.blackHole("to-agent");
    carry("to-viewer", "down");
    carry("to-agent", "up");
    await clock.advance(50);
    link.heal();
    carry("to-agent", "up again");
    expect(log).toEqual(["down at 5", "up again at 50"]);
  });

  test("counts packets, bytes and drops by direction and reason", async () => {
    const { clock, link, carry } = linkWithLog();
    link.set({ bytesPerSecond: 128_000, queueBytes: 128 }, "to-viewer");
    carry("to-viewer", "passes");
    carry("to-viewer", "finds no room");
    link.blackHole("to-viewer");
    carry("to-viewer", "is swallowed");
    await clock.advance(10);
    const { "to-viewer": down, "to-agent": up } = link.counters();
    expect(down).toMatchObject({ packets: 3, bytes: 300, deliveredPackets: 1, deliveredBytes: 100 });
    expect(down.dropped).toEqual({ "black-hole": 1, "queue-full": 1, loss: 0 });
    expect(down.precision).toMatchObject({ packets: 1, medianMs: 0, maxMs: 0 });
    expect(up).toMatchObject({ packets: 0, deliveredPackets: 0, precision: { medianMs: undefined } });
  });
});

describe("a schedule", () => {
  test("gives items by their times, and by their order where times are equal", () => {
    const schedule = new DeliverySchedule<string>();
    for (const [atMs, item] of [
      [5, "b"],
      [1, "a"],
      [5, "c"],
      [9, "e"],
      [7, "d"],
    ] as const)
      schedule.add(atMs, item);
    expect(schedule.nextAtMs).toBe(1);
    expect(schedule.takeDue(5).map(({ item }) => item)).toEqual(["a", "b", "c"]);
    expect(schedule.takeDue(6)).toEqual([]);
    schedule.add(6, "late");
    expect(schedule.takeDue(10).map(({ item }) => item)).toEqual(["late", "d", "e"]);
    expect([schedule.size, schedule.nextAtMs]).toEqual([0, undefined]);
  });

  test("loses nothing over many more items than it keeps", () => {
    const schedule = new DeliverySchedule<number>();
    const taken: number[] = [];
    for (let index = 0; index < 20_000; index += 1) {
      schedule.add(index + 3_000, index);
      taken.push(...schedule.takeDue(index).map(({ item }) => item));
    }
    taken.push(...schedule.takeDue(Number.POSITIVE_INFINITY).map(({ item }) => item));
    expect(taken).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
  });
});
