import { expect, test } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { PathTraffic } from "./path-traffic.ts";

function measured() {
  const clock = createFakeClock();
  const counters = new Map([[2, { sentBytes: 0, receivedBytes: 0 }]]);
  const samples: unknown[] = [];
  const traffic = new PathTraffic({
    clock,
    counters: () => counters,
    onSample: () => samples.push([clock.nowMs(), traffic.rates(2)]),
  });
  const receive = (pathId: number, bytes: number) => {
    const { sentBytes = 0, receivedBytes = 0 } = counters.get(pathId) ?? {};
    counters.set(pathId, { sentBytes, receivedBytes: receivedBytes + bytes });
    traffic.moved(bytes);
  };
  return { clock, traffic, samples, receive };
}

test("bytes that move are measured twice a second, until they do not, and then no timer runs", async () => {
  const { clock, samples, receive } = measured();
  receive(2, 20_000);
  await clock.advance(100);
  receive(2, 100_000);
  await clock.advance(10_000);
  expect(samples).toEqual([
    [500, { sentBytesPerSecond: 0, receivedBytesPerSecond: 200_000 }],
    [1_000, { sentBytesPerSecond: 0, receivedBytesPerSecond: 0 }],
  ]);
  expect(clock.pendingTimers()).toBe(0);
});

test("life signs are no traffic", async () => {
  const { clock, samples, receive } = measured();
  receive(2, 9);
  await clock.advance(10_000);
  expect([samples, clock.pendingTimers()]).toEqual([[], 0]);
});

test("a path that came up meanwhile counts from its first byte, one that is unknown has carried nothing", async () => {
  const { clock, traffic, receive } = measured();
  receive(2, 20_000);
  receive(3, 50_000);
  await clock.advance(500);
  expect(traffic.rates(3).receivedBytesPerSecond).toBe(100_000);
  expect(traffic.rates(4)).toEqual({ sentBytesPerSecond: 0, receivedBytesPerSecond: 0 });
});

test("after stop nothing is measured", async () => {
  const { clock, traffic, samples, receive } = measured();
  receive(2, 20_000);
  traffic.stop();
  await clock.advance(10_000);
  expect([samples, clock.pendingTimers()]).toEqual([[], 0]);
});
