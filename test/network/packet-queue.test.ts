import { describe, expect, test } from "vitest";
import { type LinkConditions, longLink } from "./link-conditions.ts";
import { type PacketFate, PacketQueue } from "./packet-queue.ts";

function queueWith(conditions: Partial<LinkConditions>, seed = 1): PacketQueue {
  const queue = new PacketQueue(seed);
  queue.set(conditions, 0);
  return queue;
}

/** Fates of equal packets, one per millisecond. */
function fates(queue: PacketQueue, count: number, sizeBytes = 100): readonly PacketFate[] {
  return Array.from({ length: count }, (_, index) => queue.offer(sizeBytes, index));
}

function arrivals(all: readonly PacketFate[]): readonly number[] {
  return all.flatMap((fate) => (fate.type === "delivered" ? fate.atMs : []));
}

function lostShare(all: readonly PacketFate[]): number {
  return all.filter((fate) => fate.type === "dropped" && fate.reason === "loss").length / all.length;
}

describe("rate and queue", () => {
  test("a packet takes its size by the rate, and the next one waits for it", () => {
    const queue = queueWith({ bytesPerSecond: 100_000 });
    expect(arrivals([queue.offer(1_000, 0), queue.offer(500, 0)])).toEqual([10, 15]);
    expect(arrivals([queue.offer(1_000, 100)])).toEqual([110]);
  });

  test("a saturated link delivers exactly its rate", () => {
    const flooded = queueWith({ bytesPerSecond: 1_000_000, queueBytes: 20_000 });
    const passed = Array.from({ length: 40_000 }, (_, index) => flooded.offer(1_000, index / 4)).filter(
      ({ type }) => type === "delivered",
    );
    expect(passed.length).toBeGreaterThanOrEqual(10_000);
    expect(passed.length).toBeLessThanOrEqual(10_020);
  });

  test("a packet that finds no room is dropped at the tail, and room comes back with time", () => {
    const queue = queueWith({ bytesPerSecond: 100_000, queueBytes: 2_000 });
    expect([queue.offer(1_000, 0), queue.offer(1_000, 0)].map(({ type }) => type)).toEqual(["delivered", "delivered"]);
    expect(queue.offer(1, 0)).toEqual({ type: "dropped", reason: "queue-full" });
    expect(queue.waitingBytes(5)).toBe(1_500);
    expect(queue.offer(500, 5)).toEqual({ type: "delivered", atMs: [25] });
  });

  test("a queue that is smaller than a packet passes one at a time", () => {
    const queue = queueWith({ bytesPerSecond: 100_000, queueBytes: 100 });
    expect(queue.offer(1_000, 0).type).toBe("delivered");
    expect(queue.offer(1_000, 1).type).toBe("dropped");
    expect(queue.offer(1_000, 10).type).toBe("delivered");
  });

  test("what waits leaves at the new rate after a change, and nothing overtakes", () => {
    const queue = queueWith({ bytesPerSecond: 100_000 });
    expect(arrivals([queue.offer(10_000, 0)])).toEqual([100]);
    queue.set({ bytesPerSecond: 1_000_000 }, 50);
    expect(queue.waitingBytes(50)).toBe(5_000);
    expect(arrivals([queue.offer(1_000, 50)])).toEqual([100]);
    queue.set({ bytesPerSecond: 10_000 }, 55);
    expect(arrivals([queue.offer(1_000, 55)])).toEqual([255]);
  });

  test("a long link has half of the round trip each way and a queue of one bandwidth-delay product", () => {
    const conditions = longLink({ bitsPerSecond: 100_000_000, rttMs: 50, lossRate: 0.01 });
    expect(conditions).toEqual({ delayMs: 25, lossRate: 0.01, bytesPerSecond: 12_500_000, queueBytes: 625_000 });
  });
});

describe("time on the way", () => {
  test("a perfect link delivers at once", () => {
    expect(new PacketQueue(1).offer(1_500, 7)).toEqual({ type: "delivered", atMs: [7] });
  });

  test("delay is added to the time on the wire", () => {
    expect(arrivals([queueWith({ delayMs: 25, bytesPerSecond: 100_000 }).offer(1_000, 3)])).toEqual([38]);
  });

  test("jitter stays within its bound, varies, and keeps the order", () => {
    const times = arrivals(fates(queueWith({ delayMs: 20, jitterMs: 8 }), 2_000));
    const extra = times.map((atMs, index) => atMs - index - 20);
    expect(Math.min(...extra)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...extra)).toBeLessThanOrEqual(8);
    expect(Math.max(...extra) - Math.min(...extra)).toBeGreaterThan(6);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test("packets that are held back arrive after later ones, and the others do not wait for them", () => {
    const times = arrivals(fates(queueWith({ delayMs: 10, reorderRate: 0.1, reorderMs: 5 }), 1_000));
    const heldBack = times.filter((atMs, index) => atMs === index + 15).length;
    expect(heldBack).toBeGreaterThan(60);
    expect(heldBack).toBeLessThan(140);
    expect(times.filter((atMs, index) => atMs === index + 10)).toHaveLength(1_000 - heldBack);
  });

  test("a duplicated packet arrives twice", () => {
    const all = fates(queueWith({ duplicateRate: 0.2 }), 1_000);
    const doubled = all.filter((fate) => fate.type === "delivered" && fate.atMs.length === 2).length;
    expect(doubled).toBeGreaterThan(150);
    expect(doubled).toBeLessThan(250);
  });
});

describe("loss", () => {
  test.each([0.005, 0.01, 0.02, 0.1, 0.3])("loses a share of %d in the long run", (lossRate) => {
    const share = lostShare(fates(queueWith({ lossRate }, 11), 50_000));
    // Four standard deviations of a fair draw.
    expect(Math.abs(share - lossRate)).toBeLessThan(4 * Math.sqrt((lossRate * (1 - lossRate)) / 50_000));
  });

  test("comes in bursts of the mean length that is asked for, at the same share", () => {
    const all = fates(queueWith({ lossRate: 0.05, lossBurstPackets: 8 }, 5), 200_000);
    const lost = all.map(({ type }) => type === "dropped");
    const bursts = lost.filter((isLost, index) => isLost && lost[index - 1] !== true).length;
    expect(lost.filter(Boolean).length / bursts).toBeGreaterThan(7);
    expect(lost.filter(Boolean).length / bursts).toBeLessThan(9);
    expect(lostShare(all)).toBeGreaterThan(0.043);
    expect(lostShare(all)).toBeLessThan(0.057);
  });

  test("uses the rate: a lost packet was on the wire", () => {
    const queue = queueWith({ lossRate: 1, bytesPerSecond: 100_000 });
    expect(queue.offer(1_000, 0)).toEqual({ type: "dropped", reason: "loss" });
    queue.set({ lossRate: 0 }, 0);
    expect(arrivals([queue.offer(1_000, 0)])).toEqual([20]);
  });
});

describe("black hole", () => {
  test("swallows every packet until it is healed, and takes none of the queue", () => {
    const queue = queueWith({ bytesPerSecond: 100_000 });
    queue.setBlackHole(true);
    expect(new Set(fates(queue, 50).map((fate) => (fate.type === "dropped" ? fate.reason : fate.type)))).toEqual(
      new Set(["black-hole"]),
    );
    queue.setBlackHole(false);
    expect(queue.offer(1_000, 50)).toEqual({ type: "delivered", atMs: [60] });
  });
});

describe("seeds", () => {
  const rough = { delayMs: 10, jitterMs: 5, lossRate: 0.1, reorderRate: 0.1, duplicateRate: 0.1 };

  test("the same one gives the same fates, another one others", () => {
    expect(fates(queueWith(rough, 3), 500)).toEqual(fates(queueWith(rough, 3), 500));
    expect(fates(queueWith(rough, 3), 500)).not.toEqual(fates(queueWith(rough, 4), 500));
  });

  test("the same packets are lost whatever else befalls the others", () => {
    const lost = (conditions: Partial<LinkConditions>) =>
      fates(queueWith(conditions, 9), 500).map(({ type }) => type === "dropped");
    expect(lost(rough)).toEqual(lost({ lossRate: 0.1 }));
  });
});
