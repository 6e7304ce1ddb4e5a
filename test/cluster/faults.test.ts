/**
 * What breaks below a live tunnel: nodes, the bus, the database. The tunnel goes on, opening says why it does not, and
 * all of it recovers by itself. `CULVERT_OUTAGE_MS`: how long the bus and the database are gone.
 */
import { createDeviceKey, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { NodeName } from "./nodes.ts";
import { type ClusterStage, setClusterStage } from "./stage.ts";
import { listenToTicks, type Ticks, tickingApp } from "./ticks.ts";

const outageMs = Number(process.env.CULVERT_OUTAGE_MS ?? 6_000);
/** An agent is back by then; a tunnel whose path was lost unseen would be silent for longer. */
const backMs = 10_000;
const gapMs = 5_000;

let stage: ClusterStage;
let service: ServiceConnection;
let ticks: Ticks;
/** Direct paths of the live tunnel that ended. */
const lost: string[] = [];

beforeAll(async () => {
  stage = await setClusterStage(tickingApp, "handshake-only");
  service = await stage.open("b");
  // Under this policy app bytes go on a direct path alone: the first answer shows that there is one.
  await (await service.fetch("/")).text();
  service.onEvent((event) => {
    if (event.type === "path-down" && event.path.kind === "direct") lost.push(event.code);
  });
}, 120_000);
afterAll(() => stage?.close());
beforeEach(async () => {
  ticks?.stop();
  ticks = await listenToTicks(service);
});

function figure(what: string, ms: number): void {
  console.log(`  ${what}: ${(ms / 1_000).toFixed(1)} s`);
}

/** The tunnel carried every byte, and none of them late. */
function expectLeftAlone(): void {
  expect([ticks.fault(), lost, service.state]).toEqual([undefined, [], "open"]);
  expect(ticks.count()).toBeGreaterThan(10);
  figure("longest gap of the live tunnel", ticks.longestGapMs());
  expect(ticks.longestGapMs()).toBeLessThan(gapMs);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How long until something comes true, asked over and over. */
async function until(isTrue: () => Promise<boolean>, timeoutMs = 60_000): Promise<number> {
  const startMs = performance.now();
  await expect.poll(() => isTrue().catch(() => false), { timeout: timeoutMs, interval: 100 }).toBe(true);
  return performance.now() - startMs;
}

async function opensAt(name: NodeName): Promise<boolean> {
  const opened = await stage.open(name, { signal: AbortSignal.timeout(5_000) });
  const isOpen = (await opened.fetch("/")).status === 200;
  await opened.close();
  return isOpen;
}

describe.each(["a", "b", "c"] as const)("node %s killed", (name) => {
  const others = (["a", "b", "c"] as const).filter((other) => other !== name);

  test("leaves the live tunnel alone; its agent is back at another node, and opens", async () => {
    // Agents and viewers come to the doomed node first.
    stage.nodes.balancer.prefer(name);
    const wasHere = (await nodeOfAgent()) === name;
    const killedMs = performance.now();
    await stage.nodes.kill(name);
    const [first, second] = others;
    if (first === undefined || second === undefined) throw new Error("there are three nodes");
    if (wasHere) {
      const backAfterMs = (await stage.agent.online(killedMs)) - killedMs;
      figure(`node ${name} killed; agent back after`, backAfterMs);
      expect(backAfterMs).toBeLessThan(backMs);
    }
    const isReady = async (other: NodeName) => {
      const [server] = await stage.owner.servers(stage.nodes.node(other).port);
      return server?.state === "ready";
    };
    await until(async () => (await isReady(first)) && (await isReady(second)));
    figure(`node ${name} killed; opens at ${first} after`, await until(() => opensAt(first)));
    figure(`node ${name} killed; opens at ${second} after`, await until(() => opensAt(second)));
    expectLeftAlone();
    stage.nodes.balancer.prefer(undefined);
    await stage.nodes.start(name);
  });
});

test("the bus gone: opening across nodes says why, revoking works by the store, and all comes back", async () => {
  const agentNode = await nodeOfAgent();
  const [elsewhere] = (["a", "b", "c"] as const).filter((name) => name !== agentNode);
  if (elsewhere === undefined) throw new Error("there are three nodes");
  const revoked = await stage.open(elsewhere);
  await expect.poll(() => revoked.paths().map(({ kind }) => kind), { timeout: 20_000 }).toContain("direct");
  const sessions = await stage.owner.ask({ port: stage.anyPort(), path: "/api/sessions" });
  const [newest] = (sessions.json as { sessions: { sessionId: string }[] }).sessions;

  await stage.nodes.nats.kill();
  const goneMs = performance.now();
  await until(async () => {
    const thrown = await stage.open(elsewhere, { signal: AbortSignal.timeout(5_000) }).catch((error: unknown) => error);
    return thrown instanceof Error && /nodes do not reach each other/.test(thrown.message);
  });
  // Where agent and viewer meet at one node, no bus is needed.
  expect(await opensAt(agentNode)).toBe(true);
  const revokedMs = performance.now();
  const answer = await stage.owner.ask({
    ...{ port: stage.nodes.node(elsewhere).port, method: "DELETE" },
    path: `/api/sessions/${newest?.sessionId}`,
  });
  expect(answer.status).toBe(200);
  await until(async () => revoked.state !== "open", 10_000);
  const tookMs = performance.now() - revokedMs;
  figure("bus gone; revoked tunnel ended after", tookMs);
  expect(tookMs).toBeLessThan(5_000);
  await wait(Math.max(0, outageMs - (performance.now() - goneMs)));
  await stage.nodes.nats.start();
  figure("bus back; opens across nodes after", await until(() => opensAt(elsewhere)));
  expectLeftAlone();
});

test("the database gone: opening says why at once, agents stay, and all comes back", async () => {
  const onlineBefore = stage.agent.events.filter(({ event }) => event.type === "link").length;
  const port = stage.anyPort();
  await stage.nodes.postgres.kill();
  const goneMs = performance.now();
  const deviceKey = Buffer.from((await createDeviceKey()).publicKey).toString("base64url");
  const answer = await stage.owner.askForSession(port, stage.agent.agent.serverId, deviceKey);
  figure("database gone; opening refused after", answer.tookMs);
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect(answer.json).toMatchObject({
    error: { message: expect.stringContaining("database of this server does not answer") },
  });
  const ready = await stage.owner.ask({ port, path: "/readyz" });
  expect(ready.status).toBeGreaterThanOrEqual(500);
  expect((await stage.owner.ask({ port, path: "/healthz" })).status).toBe(200);
  await wait(Math.max(0, outageMs - (performance.now() - goneMs)));
  await stage.nodes.postgres.start();
  const agentNode = await nodeOfAgent();
  figure("database back; opens after", await until(() => opensAt(agentNode === "a" ? "b" : "a")));
  expect(stage.agent.events.filter(({ event }) => event.type === "link").length).toBe(onlineBefore);
  expectLeftAlone();
});

/** The node that the agent is attached to. */
async function nodeOfAgent(): Promise<NodeName> {
  const { postgres, databaseUrl, node } = stage.nodes;
  const { rows } = await postgres.query(databaseUrl, "select node_id from servers where removed_at is null");
  const found = (["a", "b", "c"] as const).find((name) => node(name).nodeId === rows[0]?.node_id);
  if (found === undefined) throw new Error("the agent is attached nowhere");
  return found;
}
