/** Three nodes in one process, on real PostgreSQL and NATS: what happens once happens once on all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, test as anyTest, beforeAll, expect, vi } from "vitest";
import { type Answer, Installation } from "./installation.ts";
import { hasNats, type Nats, startNats } from "./nats.ts";
import { hasPostgres, type Postgres, startPostgres } from "./postgres.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { creditEnvelope, dataEnvelope, dialViewer, openSession } from "./viewer.ts";

const origin = "http://culvert.localhost:4999";
const hundred = Array.from({ length: 100 }, (_, index) => index);
const freely = { rateLimits: { signIn: 10_000, redeem: 10_000, createSession: 10_000 } };

// Hundreds of requests at once on a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

/** Skipped, and counted so, where a machine lacks one of the two. */
const canRun = hasPostgres() && hasNats();
const test = anyTest.skipIf(!canRun);

let postgres: Postgres;
let nats: Nats;
let databaseUrl: string;
let nodes: Installation[];

beforeAll(async () => {
  if (!canRun) return;
  [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
  databaseUrl = await postgres.createDatabase();
  const first = await Installation.start({ origin, databaseUrl, natsUrl: nats.url, ...freely });
  const read = (name: string) => readFileSync(join(first.folder, "data", name), "utf8");
  const secrets = { signingKey: read("signing-key.json"), cookieSecret: read("cookie-secret") };
  const more = { origin, databaseUrl, natsUrl: nats.url, ...freely, ...secrets };
  nodes = [first, await Installation.start(more), await Installation.start(more)];
  for (const node of nodes) await node.signIn();
}, 120_000);
afterAll(async () => {
  for (const node of nodes ?? []) await node.end();
  await nats?.kill();
  await postgres?.stop();
});

function nodeAt(index: number): Installation {
  const node = nodes[index % nodes.length];
  if (node === undefined) throw new Error("there are three nodes");
  return node;
}

const codeOf = ({ status, json }: Answer) => (status === 200 ? "ok" : (json as { error: { code: string } }).error.code);

/** As used before; or, on a machine that is too busy to reach the database in time, as that. */
function expectTheRestRefused(codes: readonly string[]): void {
  const refused = codes.filter((found) => found !== "ok");
  expect(refused.length).toBe(99);
  expect(refused.filter((found) => found !== "already-used" && found !== "unavailable")).toEqual([]);
}

test("100 simultaneous redemptions of one enrolment code enrol exactly one machine", async () => {
  const { code } = await nodeAt(1).server.createEnrolmentCode();
  const answers = await Promise.all(hundred.map((index) => new SimulatedMachine(nodeAt(index)).redeem(code)));
  const codes = answers.map(codeOf);
  expect(codes.filter((found) => found === "ok").length).toBe(1);
  expectTheRestRefused(codes);
});

test("100 simultaneous uses of one sign-in link sign in exactly once", async () => {
  const { code } = await nodeAt(2).server.createSignInLink();
  const ask = (index: number) =>
    nodeAt(index).asDashboard({ method: "POST", path: "/api/auth/sign-in/code", body: { code } });
  const codes = (await Promise.all(hundred.map(ask))).map(codeOf);
  expect(codes.filter((found) => found === "ok").length).toBe(1);
  expectTheRestRefused(codes);
});

test("100 simultaneous exchanges of one launch link open exactly once", async () => {
  const machine = new SimulatedMachine(nodeAt(0));
  await machine.enrol();
  const agent = await machine.connect();
  const made = await nodeAt(1).asDashboard({
    method: "POST",
    path: `/api/servers/${machine.serverId}/launch`,
    body: {},
  });
  const code = new URL((made.json as { url: string }).url).hash.slice("#code=".length);
  const ask = (index: number) =>
    nodeAt(index).asDashboard({ method: "POST", path: "/api/launches/exchange", body: { code } });
  const codes = (await Promise.all(hundred.map(ask))).map(codeOf);
  expect(codes.filter((found) => found === "ok").length).toBe(1);
  expectTheRestRefused(codes);
  await agent.close();
});

/** A viewer at the last node, joined to a machine at the first. */
async function joined() {
  const machine = new SimulatedMachine(nodeAt(0));
  await machine.enrol();
  const agent = await machine.connect();
  const session = await openSession(nodeAt(0), machine.serverId);
  const viewer = await dialViewer(nodeAt(2));
  viewer.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket: session.signalingTicket });
  const told = await viewer.nextMessage("joined");
  await agent.nextMessage("viewer-joined");
  return { machine, agent, session, viewer, relayId: Number(told.relayId) };
}

test("a relay across nodes carries bytes both ways, in order, and its credit end to end", async () => {
  const { agent, viewer, relayId } = await joined();
  for (let index = 1; index <= 40; index += 1)
    viewer.sendBytes(dataEnvelope(relayId, new Uint8Array(1_024).fill(index)));
  for (let index = 1; index <= 40; index += 1) expect((await agent.nextBytes()).at(-1)).toBe(index);
  agent.sendBytes(creditEnvelope(relayId, 40 * 1_024 + 65_536));
  expect((await viewer.nextBytes()).length).toBe(13);
  agent.sendBytes(dataEnvelope(relayId, new Uint8Array(32_768)));
  expect((await viewer.nextBytes()).length).toBe(32_773);
  await viewer.close();
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ relayId });
});

test("bytes beyond the credit end the relay at the viewer's own node, and the agent is told", async () => {
  const { agent, viewer, relayId } = await joined();
  for (let index = 0; index < 3; index += 1) viewer.sendBytes(dataEnvelope(relayId, new Uint8Array(30_000)));
  expect(await viewer.nextMessage("error")).toMatchObject({ code: "protocol-error" });
  for (let index = 0; index < 2; index += 1) expect((await agent.nextBytes()).length).toBe(30_005);
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ relayId, code: "protocol-error" });
});

test("an agent that leaves, dismisses or is removed ends the relay at the other node with the reason", async () => {
  const dismissing = await joined();
  dismissing.agent.send({ type: "viewer-dismissed", relayId: dismissing.relayId, code: "policy" });
  expect(await dismissing.viewer.nextMessage("peer-left")).toMatchObject({ code: "policy" });

  const leaving = await joined();
  await leaving.agent.close();
  expect(await leaving.viewer.nextMessage("peer-left")).toMatchObject({ code: "offline" });

  const removed = await joined();
  await nodeAt(1).asDashboard({
    ...{ method: "DELETE", path: `/api/servers/${removed.machine.serverId}` },
  });
  expect(await removed.viewer.nextMessage("peer-left")).toMatchObject({ code: "revoked" });
  expect(await removed.agent.nextMessage("viewer-left")).toMatchObject({ code: "revoked" });
  expect(await removed.agent.nextMessage("session-revoked")).toMatchObject({ sessionId: removed.session.sessionId });
  expect(await removed.agent.nextMessage("error")).toMatchObject({ code: "revoked" });
});

test("a session that is revoked at a third node ends for viewer and agent", async () => {
  const { agent, viewer, session } = await joined();
  await nodeAt(1).asDashboard({
    ...{ method: "DELETE", path: `/api/sessions/${session.sessionId}` },
  });
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ code: "revoked" });
  expect(await agent.nextMessage("session-revoked")).toMatchObject({ sessionId: session.sessionId });
  expect(await viewer.nextMessage("peer-left")).toMatchObject({ code: "revoked" });
});

test("a viewer that comes when the agent has gone hears so at once", async () => {
  const { machine, agent, viewer } = await joined();
  await viewer.close();
  const session = await openSession(nodeAt(0), machine.serverId);
  await agent.close();
  await expect.poll(() => openState(machine.serverId)).toBe("disconnected");
  const late = await dialViewer(nodeAt(2));
  late.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket: session.signalingTicket });
  expect(await late.nextMessage("error")).toMatchObject({ code: "offline" });
});

test("where a row names an attachment that there is not, the viewer hears so at once, and the older one goes", {
  timeout: 30_000,
}, async () => {
  const { machine, agent, viewer } = await joined();
  await viewer.close();
  await agent.nextMessage("viewer-left");
  const session = await openSession(nodeAt(0), machine.serverId);
  // As if a newer connection had been written down by a node that died before it told anybody.
  await postgres.query(databaseUrl, "update servers set generation = generation + 1");
  const late = await dialViewer(nodeAt(2));
  late.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket: session.signalingTicket });
  expect(await late.nextMessage("error")).toMatchObject({ code: "network" });
  expect(await agent.nextMessage("error")).toMatchObject({ code: "superseded" });
});

async function openState(serverId: string): Promise<string | undefined> {
  const answer = await nodeAt(1).asDashboard({ path: "/api/servers" });
  const { servers } = answer.json as { servers: { serverId: string; state: string }[] };
  return servers.find((server) => server.serverId === serverId)?.state;
}

test("a bus that is gone ends relays across nodes on both sides, and opening says why, until it is back", {
  timeout: 30_000,
}, async () => {
  const { agent, viewer, session, machine, relayId } = await joined();
  await nats.kill();
  expect(await viewer.nextMessage("peer-left")).toMatchObject({ code: "network" });
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ relayId, code: "network" });
  const late = await dialViewer(nodeAt(2));
  late.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket: session.signalingTicket });
  expect(await late.nextMessage("error")).toMatchObject({ code: "unavailable" });
  await nats.start();
  await expect
    .poll(
      async () => {
        const { signalingTicket } = await openSession(nodeAt(0), machine.serverId);
        const again = await dialViewer(nodeAt(2));
        again.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket });
        return again.nextMessage("joined").then(
          () => "joined",
          () => "refused",
        );
      },
      { timeout: 20_000, interval: 200 },
    )
    .toBe("joined");
});

test("the sign-in of one node counts at all, and signing out at one ends viewers at another", async () => {
  const { viewer, agent } = await joined();
  const out = await nodeAt(1).asDashboard({
    ...{ method: "POST", path: "/api/auth/sign-out", body: {} },
    headers: { cookie: nodeAt(2).cookie },
  });
  expect(out.status).toBe(200);
  expect(await viewer.nextMessage("error")).toMatchObject({ code: "unauthenticated" });
  expect(await agent.nextMessage("viewer-left")).toBeDefined();
  const asked = await nodeAt(0).asDashboard({ path: "/api/account", headers: { cookie: nodeAt(2).cookie } });
  expect(asked.status).toBe(401);
});
