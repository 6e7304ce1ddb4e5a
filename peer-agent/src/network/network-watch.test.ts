import type { NetworkInterfaceInfo } from "node:os";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { watchNetwork } from "./network-watch.ts";

test("tells of other addresses and of sleep, and nothing after its stop", async () => {
  const clock = createFakeClock();
  let sleptMs = 0;
  let cidr = "192.0.2.7/24";
  let told = 0;
  const stop = watchNetwork(() => (told += 1), {
    clock,
    wallMs: () => clock.nowMs() + sleptMs,
    interfaces: () => ({ en0: [{ cidr } as NetworkInterfaceInfo] }),
  });
  await clock.advance(60_000);
  expect(told, "nothing happened").toBe(0);
  cidr = "198.51.100.3/24";
  await clock.advance(2_000);
  expect(told).toBe(1);
  sleptMs = 3_600_000;
  await clock.advance(2_000);
  expect(told).toBe(2);
  await clock.advance(60_000);
  expect(told).toBe(2);
  stop();
  cidr = "203.0.113.1/24";
  await clock.advance(60_000);
  expect(told).toBe(2);
  expect(clock.pendingTimers()).toBe(0);
});
