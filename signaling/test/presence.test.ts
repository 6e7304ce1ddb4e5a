/** An agent's socket: proof of its key, its presence in the live list, one attachment per server. */

import { agentProof } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventReader } from "./event-reader.ts";
import { Installation } from "./installation.ts";
import { demoPresence, SimulatedMachine } from "./simulated-machine.ts";
import { SocketInbox } from "./socket-inbox.ts";

let installation: Installation;
let machine: SimulatedMachine;

beforeEach(async () => {
  installation = await Installation.start();
  await installation.signIn();
  machine = new SimulatedMachine(installation);
  await machine.enrol();
});
afterEach(() => installation.end());

describe("the live list", () => {
  let reader: EventReader;
  beforeEach(() => {
    reader = new EventReader(installation);
  });
  afterEach(() => reader.close());

  test("begins with all servers, then tells each change as it happens", async () => {
    expect(await reader.next()).toMatchObject({ type: "servers", servers: [{ state: "disconnected" }] });
    const agent = await machine.connect();
    expect(await reader.next()).toMatchObject({
      type: "server",
      server: {
        serverId: machine.serverId,
        label: "studio-mac",
        state: "ready",
        version: "0.1.0",
        platform: "linux",
        compatibility: "compatible",
        capabilities: { remoteAccessEnabled: true },
        primaryService: { serviceName: "demo" },
        services: [{ serviceName: "demo", mode: "http", health: "healthy" }],
      },
    });
    agent.close();
    expect(await reader.nextState()).toBe("disconnected");
  });

  test("tells the state by the services' health", async () => {
    await reader.next();
    const [demo] = demoPresence.services;
    if (demo === undefined) throw new Error("no demo service");
    const grafana = { ...demo, name: "grafana" };
    const agent = await machine.connect();
    expect(await reader.nextState()).toBe("ready");
    const tell = (services: object[]) => agent.send({ type: "presence", presence: { ...demoPresence, services } });
    tell([demo, { ...grafana, health: "unreachable" }]);
    expect(await reader.nextState()).toBe("degraded");
    tell([{ ...demo, health: "unreachable" }, grafana]);
    expect(await reader.nextState()).toBe("unavailable");
    tell([demo, grafana]);
    expect(await reader.nextState()).toBe("ready");
  });

  test("tells a removed server, and its agent is told why it is cut", async () => {
    await reader.next();
    const agent = await machine.connect();
    await reader.next();
    await installation.asDashboard({ method: "DELETE", path: `/api/servers/${machine.serverId}` });
    expect(await reader.next()).toEqual({ type: "server-removed", serverId: machine.serverId });
    expect(await agent.nextMessage("error")).toMatchObject({ code: "revoked" });
    const { inbox, nonce } = await machine.dial();
    inbox.send(machine.hello(nonce));
    expect(await inbox.nextMessage("error")).toMatchObject({ code: "not-found" });
  });
});

describe("an attachment", () => {
  test("gives way to a newer one, and is told so", async () => {
    const older = await machine.connect();
    const newer = await machine.connect();
    expect(await older.nextMessage("error")).toMatchObject({ code: "superseded" });
    expect(await older.closed()).toMatchObject({ closeCode: 1008 });
    const view = await installation.asDashboard({ path: `/api/servers/${machine.serverId}` });
    expect(view.json).toMatchObject({ state: "ready" });
    newer.close();
  });

  test("remembers when the server was last seen", async () => {
    const before = Date.now();
    const reader = new EventReader(installation);
    await reader.next();
    (await machine.connect()).close();
    await reader.next();
    await reader.next();
    const view = await installation.asDashboard({ path: `/api/servers/${machine.serverId}` });
    const { lastConnectedAt } = view.json as { lastConnectedAt: number };
    expect(lastConnectedAt).toBeGreaterThanOrEqual(before);
    reader.close();
  });
});

describe("a hello is refused", () => {
  async function refusal(changes: (nonce: string) => Record<string, unknown>) {
    const { inbox, nonce } = await machine.dial();
    inbox.send(machine.hello(nonce, changes(nonce)));
    const error = await inbox.nextMessage("error");
    expect(await inbox.closed()).toMatchObject({ closeCode: 1008, reason: error.code });
    expect(error).toMatchObject({ message: expect.stringMatching(/\w+/), hint: expect.any(String) });
    return error.code;
  }

  test("with another machine's signature", async () => {
    const thief = new SimulatedMachine(installation);
    expect(await refusal((nonce) => ({ signature: thief.sign(agentProof(nonce, installation.host)) }))).toBe(
      "forbidden",
    );
  });

  test("with a signature for another host, so that a relayed proof is worth nothing", async () => {
    expect(await refusal((nonce) => ({ signature: machine.sign(agentProof(nonce, "evil.example")) }))).toBe(
      "forbidden",
    );
  });

  test("with a signature over another nonce", async () => {
    const other = Buffer.alloc(32).toString("base64url");
    expect(await refusal(() => ({ signature: machine.sign(agentProof(other, installation.host)) }))).toBe("forbidden");
  });

  test("from a machine that was never enrolled", async () => {
    expect(await refusal(() => ({ serverId: "a".repeat(26) }))).toBe("not-found");
  });

  test("from an agent of another version, and the list says so", async () => {
    expect(await refusal(() => ({ versions: { min: 2, max: 3 } }))).toBe("version-unsupported");
    const view = await installation.asDashboard({ path: `/api/servers/${machine.serverId}` });
    expect(view.json).toMatchObject({ state: "disconnected", compatibility: "agent-too-new" });
  });

  test("of an unknown type", async () => {
    expect(await refusal(() => ({ type: "hullo" }))).toBe("protocol-error");
  });
});

test("an agent on this machine may prove itself for the loopback address it dialled", async () => {
  const inbox = await SocketInbox.open(installation.port, "/api/signaling/agent", {});
  const nonce = String((await inbox.nextMessage("challenge")).nonce);
  inbox.send(machine.hello(nonce, { signature: machine.sign(agentProof(nonce, `127.0.0.1:${installation.port}`)) }));
  await inbox.nextMessage("welcome");
});

test("an agent behind a proxy with TLS proves itself for the public name, and for no address of this machine", async () => {
  const behindProxy = await Installation.start({ origin: "https://culvert.example" });
  try {
    const remote = new SimulatedMachine(behindProxy);
    await remote.enrol();
    expect(behindProxy.host).toBe("culvert.example");
    await remote.connect();
    const { inbox, nonce } = await remote.dial();
    const local = `127.0.0.1:${behindProxy.port}`;
    inbox.send(remote.hello(nonce, { signature: remote.sign(agentProof(nonce, local)) }));
    expect(await inbox.nextMessage("error")).toMatchObject({ code: "forbidden" });
    const direct = SocketInbox.open(behindProxy.port, "/api/signaling/agent", { host: local });
    await expect(direct).rejects.toMatchObject({ status: 404 });
  } finally {
    await behindProxy.end();
  }
});

test("bytes before a hello, and text that is no JSON, close the socket", async () => {
  const first = await machine.dial();
  first.inbox.sendBytes(Uint8Array.of(1, 0, 0, 0, 1, 9));
  expect(await first.inbox.nextMessage("error")).toMatchObject({ code: "protocol-error" });
  const second = await machine.dial();
  second.inbox.socket.send("hello?");
  expect(await second.inbox.nextMessage("error")).toMatchObject({ code: "protocol-error" });
});

test.each([
  ["a page", "http://evil.example"],
  ["the dashboard itself", ""],
  ["no page", "null"],
])("a browser cannot open an agent's socket: %s", async (_name, origin) => {
  const headers = { host: installation.host, origin: origin === "" ? installation.server.dashboardOrigin : origin };
  await expect(SocketInbox.open(installation.port, "/api/signaling/agent", headers)).rejects.toMatchObject({
    status: 403,
    body: { error: { code: "forbidden" } },
  });
});

test("one address cannot hold every place of sockets that have not said who they are", async () => {
  const behindProxy = await Installation.start({ trustProxy: true });
  const dial = (address: string) => {
    const headers = { host: behindProxy.host, "x-forwarded-for": `127.0.0.1, ${address}` };
    return SocketInbox.open(behindProxy.port, "/api/signaling/agent", headers);
  };
  try {
    await Promise.all(Array.from({ length: 200 }, () => dial("203.0.113.7")));
    await expect(dial("203.0.113.7")).rejects.toMatchObject({
      status: 429,
      body: { error: { code: "limit-reached" } },
    });
    const neighbour = await dial("203.0.113.8");
    await neighbour.nextMessage("challenge");
  } finally {
    await behindProxy.end();
  }
});
