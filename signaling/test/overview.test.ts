/** The overview: what is counted, on both engines, and what an account is told of it. */
import { type Overview, overviewSchema, type ServerId } from "@culvert/protocol/signaling";
import { afterAll, afterEach, test as anyTest, beforeAll, beforeEach, describe, expect, vi } from "vitest";
import { Figures, overviewOf, SessionWays } from "../src/overview/index.ts";
import type { ServerDirectory } from "../src/servers/index.ts";
import type { RemoteSessionsTable, Store } from "../src/store/index.ts";
import { engineNames, hasEngine, startEngine, type TestEngine } from "./engines.ts";
import { Installation } from "./installation.ts";
import { demoPresence, SimulatedMachine } from "./simulated-machine.ts";
import { askForSession, dataEnvelope, joinSession, openSession } from "./viewer.ts";

vi.setConfig({ testTimeout: 60_000 });

const hourMs = 3_600_000;
/** 21 November 2026, 14:20 UTC. */
const nowMs = Date.UTC(2026, 10, 21, 14, 20);
const serverId = "a".repeat(26) as ServerId;
const noServers = { list: async () => [] } as unknown as ServerDirectory;

function session(letter: string, changes: Partial<RemoteSessionsTable> = {}): RemoteSessionsTable {
  return {
    ...{ sessionId: letter.repeat(26), accountId: "ada", serverId, serviceId: "s", serviceName: "vite" },
    ...{ ticketHash: letter, deviceThumbprint: "", signInId: null, memberId: null, shareId: null, way: null },
    ...{ createdAt: nowMs, expiresAt: nowMs + hourMs, revokedAt: null },
    ...changes,
  };
}

describe.for(engineNames)("on %s", (name) => {
  const test = anyTest.skipIf(!hasEngine(name));
  let engine: TestEngine;
  let store: Store;

  beforeAll(async () => {
    if (hasEngine(name)) engine = await startEngine(name);
  }, 60_000);
  afterAll(() => engine?.stop());
  beforeEach(async () => {
    store = await (await engine.place()).open();
  });
  afterEach(() => store.close());

  const overview = (range: "day" | "month") =>
    overviewOf({ store, directory: noServers, relayBytesPerDay: 1_000, nowMs: () => nowMs }, "ada", range);

  test("adds up what several nodes counted, by the hour, and keeps accounts apart", async () => {
    const nodes = [0, 1].map(() => new Figures({ store, nowMs: () => nowMs }));
    for (const node of nodes) {
      node.add("ada", "relayed", 100);
      node.ended("ada", "offline");
      node.ended("ada", "closed");
      node.add("bob", "relayed", 7);
    }
    const earlier = new Figures({ store, nowMs: () => nowMs - 2 * hourMs });
    earlier.add("ada", "relayed", 30);
    earlier.ended("ada", "policy");
    await Promise.all([...nodes, earlier].map((node) => node.write()));
    nodes[0]?.add("ada", "relayed", 1);
    await nodes[0]?.write();
    await nodes[0]?.write();
    const { steps, relayDay, failures, from } = await overview("day");
    expect([steps.length, from]).toEqual([24, Date.UTC(2026, 10, 20, 15)]);
    expect(steps.at(-1)).toEqual({ at: Date.UTC(2026, 10, 21, 14), sessions: 0, relayedBytes: 201 });
    expect(steps.at(-3)?.relayedBytes).toBe(30);
    expect(relayDay).toEqual({ usedBytes: 231, limitBytes: 1_000 });
    expect(failures).toEqual([
      { code: "offline", count: 2 },
      { code: "policy", count: 1 },
    ]);
  });

  test("counts sessions by the best way that each had, which only gets better", async () => {
    const yesterday = nowMs - 24 * hourMs;
    const rows = [
      ...[session("a"), session("b"), session("c"), session("d", { serverId: "other" })],
      ...[session("e", { createdAt: yesterday }), session("f", { accountId: "bob" })],
      session("g", { serviceName: "culvert-desk" }),
    ];
    await store.queries.insertInto("remoteSessions").values(rows).execute();
    const ways = new SessionWays(store);
    const told = (letter: string, way: "direct" | "turn" | "relay" | null) =>
      ({ sessionId: letter.repeat(26), serviceName: "vite", way, rttMs: null }) as never;
    await ways.told(serverId, [told("a", "relay"), told("b", "relay"), told("d", "direct")]);
    await ways.told(serverId, [told("a", "direct"), told("b", null)]);
    await ways.told(serverId, [told("a", "relay"), told("b", "turn")]);
    await new SessionWays(store).told(serverId, [told("a", "relay")]);
    const day = await overview("day");
    expect(day.ways, "d is not that server's own").toEqual({ direct: 1, turn: 1, relay: 0, unknown: 2 });
    expect(day.steps.at(-1)?.sessions).toBe(4);
    const month = await overview("month");
    expect([month.steps.length, month.stepMs]).toEqual([30, 24 * hourMs]);
    expect(month.steps.slice(-2).map(({ sessions }) => sessions)).toEqual([1, 4]);
  });

  test("forgets what no overview shows any more, and nothing else", async () => {
    const long = new Figures({ store, nowMs: () => nowMs - 40 * 24 * hourMs });
    long.add("ada", "relayed", 1);
    await long.write();
    const now = new Figures({ store, nowMs: () => nowMs });
    now.add("ada", "relayed", 2);
    await now.write();
    await now.forgetOld();
    const left = await store.queries.selectFrom("accountFigures").select("amount").execute();
    expect(left).toEqual([{ amount: 2 }]);
  });
});

describe("what is not written", () => {
  anyTest("is kept for the next time", async () => {
    const engine = await startEngine("sqlite");
    const store = await (await engine.place()).open();
    const figures = new Figures({ store, nowMs: () => nowMs });
    figures.add("ada", "relayed", 5);
    const transaction = vi.spyOn(store.queries, "transaction").mockImplementationOnce(() => {
      throw new Error("the store is away");
    });
    await expect(figures.write()).rejects.toThrow("away");
    transaction.mockRestore();
    figures.add("ada", "relayed", 5);
    await figures.write();
    expect(await store.queries.selectFrom("accountFigures").select("amount").execute()).toEqual([{ amount: 10 }]);
    await store.close();
    await engine.stop();
  });
});

describe("over HTTP", () => {
  let installation: Installation;
  beforeEach(async () => {
    installation = await Installation.start();
    await installation.signIn();
  });
  afterEach(() => installation.end());

  const ask = async (): Promise<Overview> =>
    overviewSchema.parse((await installation.asDashboard({ path: "/api/overview?range=day" })).json);

  anyTest("says what is online, what is open and by which way, what it cost, and why openings failed", async () => {
    const machine = new SimulatedMachine(installation);
    await machine.enrol();
    expect((await askForSession(installation, machine.serverId)).status).not.toBe(200);
    const agent = await machine.connect();
    const opened = await openSession(installation, machine.serverId);
    const { inbox, relayId } = await joinSession(installation, opened);
    await agent.nextMessage("viewer-joined");
    inbox.sendBytes(dataEnvelope(relayId, new Uint8Array(95)));
    await agent.nextBytes();
    const viewers = [{ sessionId: opened.sessionId, serviceName: "demo", way: "direct", rttMs: 12 }];
    agent.send({ type: "presence", presence: { ...demoPresence, viewers } });
    await vi.waitFor(async () => expect((await ask()).openNow.direct).toBe(1));
    await vi.waitFor(async () => expect((await ask()).ways).toMatchObject({ direct: 1, unknown: 0 }));
    const { sessions } = (await installation.asDashboard({ path: "/api/sessions" })).json as { sessions: object[] };
    expect(sessions).toMatchObject([{ sessionId: opened.sessionId, way: "direct" }]);
    agent.close();
    await inbox.nextMessage("peer-left");
    await vi.waitFor(async () => expect((await ask()).servers.disconnected).toBe(1));
    await installation.restart();
    const after = await ask();
    expect(after.openNow).toEqual({ direct: 0, turn: 0, relay: 0, unknown: 0 });
    expect(after.relayDay.usedBytes).toBe(100);
    expect(after.steps.at(-1)).toMatchObject({ sessions: 1, relayedBytes: 100 });
    expect(after.failures).toEqual([{ code: "offline", count: 2 }]);
  });
});
