import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import type { ServiceTarget } from "../targets/target.ts";
import { RunningService } from "./running-service.ts";
import { serviceDefinition } from "./service-definitions.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];

function runningService() {
  const clock = createFakeClock();
  const seen: string[] = [];
  let isUp = true;
  let probes = 0;
  const target: ServiceTarget = {
    exchange: async () => {},
    joinWebSocket: async () => {},
    joinStream: async () => {},
    isReachable: async () => {
      probes += 1;
      return isUp;
    },
    close: async () => {},
  };
  const service = new RunningService({
    definition: serviceDefinition(agentId, { name: "web", port: 3000 }),
    target,
    clock,
    onHealth: (health) => seen.push(health),
  });
  return { clock, service, seen, probes: () => probes, setUp: (value: boolean) => (isUp = value) };
}

test("health is told when it changes, and only then", async () => {
  const { clock, service, seen, setUp } = runningService();
  await service.start();
  await clock.advance(20_000);
  expect(seen).toEqual(["healthy"]);
  setUp(false);
  await clock.advance(5_000);
  expect(seen).toEqual(["healthy", "unreachable"]);
  setUp(true);
  await clock.advance(1_500);
  expect(seen).toEqual(["healthy", "unreachable", "healthy"]);
});

test("a request that found nobody makes it look at once, many make it look once", async () => {
  const { clock, service, seen, probes, setUp } = runningService();
  await service.start();
  setUp(false);
  await Promise.all([service.probe(), service.probe(), service.probe()]);
  await clock.settle();
  expect(seen.at(-1)).toBe("unreachable");
  expect(probes()).toBe(2);
  expect(clock.pendingTimers()).toBe(1);
});

test("what is published says nothing of the target", async () => {
  const { service } = runningService();
  await service.start();
  expect(service.published()).toEqual({
    name: "web",
    mode: "http",
    supportedProtocols: ["http", "sse", "websocket"],
    health: "healthy",
    relayPolicy: "handshake-only",
  });
});

test("after stop nothing is probed and no timer is left", async () => {
  const { clock, service, probes } = runningService();
  await service.start();
  await service.stop();
  await clock.advance(60_000);
  expect(probes()).toBe(1);
  expect(clock.pendingTimers()).toBe(0);
});
