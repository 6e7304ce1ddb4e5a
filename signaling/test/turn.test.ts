/** TURN credentials against a real coturn with the configuration that deploy/ ships. */
import { afterAll, test as anyTest, beforeAll, expect } from "vitest";
import { IceServers, turnCredentialOf } from "../src/turn/index.ts";
import { type Coturn, hasCoturn, startCoturn } from "./coturn.ts";
import { TurnClient } from "./turn-client.ts";

const secret = "shared by coturn and signaling alone";
const canRun = hasCoturn();
const test = anyTest.skipIf(!canRun);
let coturn: Coturn;
beforeAll(async () => {
  if (canRun) coturn = await startCoturn(secret);
}, 60_000);
afterAll(() => coturn?.stop());

/** A client with what peers of a session are told, some time ago. */
function clientOf({ agoMs = 0, of = secret } = {}): TurnClient {
  const nowMs = () => Date.now() - agoMs;
  const servers = new IceServers({ stunUrls: [], turn: { urls: ["turn:127.0.0.1"], secret: of }, nowMs });
  const [server] = servers.of("session1");
  return new TurnClient(coturn.port, { username: server?.username ?? "", credential: server?.credential ?? "" });
}

async function allocating(client: TurnClient): Promise<number> {
  try {
    return await client.allocate();
  } finally {
    client.close();
  }
}

test("what a session's peers are told allocates", async () => {
  expect(await allocating(clientOf())).toBe(200);
});

test("it is of no use after ten minutes", async () => {
  expect(await allocating(clientOf({ agoMs: 601_000 }))).toBe(401);
});

test("what another secret made, and a longer life than was granted, are refused", async () => {
  expect(await allocating(clientOf({ of: "some other secret" }))).toBe(401);
  const { username, credential } = turnCredentialOf(secret, { sessionId: "s", nowMs: Date.now(), lifetimeMs: 60_000 });
  const later = username.replace(/^\d+/, (seconds) => String(Number(seconds) + 86_400));
  expect(await allocating(new TurnClient(coturn.port, { username: later, credential }))).toBe(401);
});

test("no peer in a private, local or reserved network can be reached, and a public one can", async () => {
  const client = clientOf();
  expect(await client.allocate()).toBe(200);
  const denied = [
    ...[
      "0.0.0.0",
      "0.1.2.3",
      "10.0.0.1",
      "10.255.255.255",
      "100.64.0.1",
      "100.127.255.255",
      "127.0.0.1",
      "127.255.0.1",
    ],
    ...["169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1"],
    ...["192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1"],
    ...["239.255.255.250", "240.0.0.1", "255.255.255.255"],
  ];
  const granted: string[] = [];
  for (const peer of denied) if ((await client.permit(peer)) === 200) granted.push(peer);
  expect(granted).toEqual([]);
  // The edges of what is denied, from outside.
  for (const peer of [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.169.0.0",
  ]) {
    expect(await client.permit(peer), peer).toBe(200);
  }
  client.close();
});
