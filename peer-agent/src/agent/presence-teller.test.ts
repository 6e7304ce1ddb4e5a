/** What the control plane hears of viewers, and when. */
import type { AgentTunnel, PathStatus } from "@culvert/protocol/endpoint";
import { createFakeClock } from "@culvert/protocol/testing";
import { beforeEach, expect, test } from "vitest";
import { PresenceTeller } from "./presence-teller.ts";

type Kind = PathStatus["kind"];
type Way = readonly [kind: Kind, state: PathStatus["state"], rttMs?: number];

let clock: ReturnType<typeof createFakeClock>;
let tunnels: AgentTunnel[];
let told: object[];
let teller: PresenceTeller;

function tunnel(sessionId: string, serviceId: string, ways: readonly Way[]): AgentTunnel {
  const paths = ways.map(([kind, state, rttMs], pathId) => ({ pathId, kind, state, rttMs }));
  return { context: { sessionId, serviceId }, paths: () => paths } as unknown as AgentTunnel;
}

beforeEach(() => {
  clock = createFakeClock();
  tunnels = [];
  told = [];
  teller = new PresenceTeller({
    ...{ label: "studio", clock, tunnels: () => tunnels, isOpenToViewers: () => true, isLocked: () => false },
    ...{ services: () => [], nameOf: (id: string) => (id === "web-id" ? "web" : undefined) },
    tell: () => told.push(teller.now().viewers ?? []),
  });
});

const opened = { type: "viewer-opened", viewerId: "v", serviceName: "web" } as const;
const closed = { type: "viewer-closed", viewerId: "v", serviceName: "web", code: "closed", reason: "" } as const;

test("a viewer's way is told: direct before relayed, the quicker one among equals, none where none is up", () => {
  tunnels = [
    tunnel("s1", "web-id", [
      ["relay", "active", 3],
      ["direct", "active", 14.6],
      ["direct", "suspect", 12.2],
    ]),
    tunnel("s2", "web-id", [["direct", "closed" as PathStatus["state"], 2]]),
    tunnel("s3", "desk-id", [["relay", "active", 3]]),
  ];
  expect(teller.now().viewers).toEqual([
    { sessionId: "s1", serviceName: "web", way: "direct", rttMs: 12 },
    { sessionId: "s2", serviceName: "web", way: null, rttMs: null },
  ]);
});

test("news within two seconds are told once", async () => {
  tunnels = [tunnel("s1", "web-id", [["relay", "active", 9]])];
  teller.heard(opened);
  await clock.advance(1_000);
  tunnels = [tunnel("s1", "web-id", [["direct", "active", 4]])];
  teller.heard({ type: "viewer-path", viewerId: "v", kind: "direct", isUp: true });
  await clock.advance(1_000);
  expect(told).toEqual([[{ sessionId: "s1", serviceName: "web", way: "direct", rttMs: 4 }]]);
});

test("round trips alone are told every 30 s while something is open, and what has not changed never", async () => {
  tunnels = [tunnel("s1", "web-id", [["direct", "active", 4]])];
  teller.heard(opened);
  await clock.advance(2_000);
  await clock.advance(60_000);
  expect(told.length).toBe(1);
  tunnels = [tunnel("s1", "web-id", [["direct", "active", 9]])];
  await clock.advance(30_000);
  expect(told.length).toBe(2);
  tunnels = [];
  teller.heard(closed);
  await clock.advance(2_000);
  expect(told.at(-1)).toEqual([]);
  expect(clock.pendingTimers(), "nothing is open, so nothing is looked for").toBe(0);
});

test("requests and health are no news of viewers, and after its end it tells nothing", async () => {
  teller.heard({ type: "service", serviceName: "web", health: "healthy" });
  expect(clock.pendingTimers()).toBe(0);
  teller.heard(opened);
  teller.end();
  expect(clock.pendingTimers()).toBe(0);
  teller.heard(opened);
  expect(clock.pendingTimers()).toBe(0);
});
