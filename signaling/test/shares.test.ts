/** Shares at the control plane: a ticket joins a viewer without an account, to one agent, until it is over. */
import { createHash, randomBytes } from "node:crypto";
import { join as pathOf } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import {
  accountSchema,
  type ShareSession,
  sessionListSchema,
  shareListSchema,
  shareSessionSchema,
} from "@culvert/protocol/signaling";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { SocketInbox } from "./socket-inbox.ts";
import { newDeviceKey, openSession } from "./viewer.ts";

const shareId = "s".repeat(26);
const ticket = randomBytes(32);
const ticketHash = createHash("sha256").update(ticket).digest("base64url");

let nowMs: number;
let installation: Installation;
let machine: SimulatedMachine;
let agent: SocketInbox;

beforeEach(async () => {
  nowMs = Date.now();
  installation = await Installation.start({}, () => nowMs);
  await installation.signIn();
  machine = new SimulatedMachine(installation);
  await machine.enrol();
  agent = await machine.connect();
  const body = { shareId, serviceName: "demo", label: "for anna", ticketHash, expiresAt: nowMs + 3_600_000 };
  const path = `/api/servers/${machine.serverId}/shares`;
  expect((await installation.asDashboard({ method: "POST", path, body })).status).toBe(200);
});
afterEach(() => installation.end());

const asStranger = { "sec-fetch-site": "same-origin" };
const open = (shown = ticket.toString("base64url"), headers: Record<string, string> = asStranger) => {
  const body = { ticket: shown, deviceKey: newDeviceKey() };
  return installation.ask({ method: "POST", path: `/api/shares/${shareId}/sessions`, headers, body });
};
const opened = async (): Promise<ShareSession> => shareSessionSchema.parse((await open()).json);

async function join(path: string, signalingTicket: string, headers: Record<string, string> = {}) {
  const { port, host, server } = installation;
  const inbox = await SocketInbox.open(port, path, { host, origin: server.dashboardOrigin, ...headers });
  inbox.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket });
  return inbox;
}

test("whoever has the ticket is joined with the agent, without an account and without a token of ours", async () => {
  const session = await opened();
  expect(session).toMatchObject({ serverId: machine.serverId, serviceName: "demo", expiresAt: nowMs + 3_600_000 });
  expect(JSON.stringify(session)).not.toContain("remoteSessionToken");
  expect(session.signalingUrl).toBe(`ws://${installation.host}/api/signaling/share`);
  const viewer = await join("/api/signaling/share", session.signalingTicket);
  expect(await viewer.nextMessage("joined")).toMatchObject({ type: "joined" });
  expect(await agent.nextMessage("viewer-joined")).toMatchObject({ sessionId: session.sessionId, serviceName: "demo" });
});

test("the account's list names whom a session is of, and every share", async () => {
  await openSession(installation, machine.serverId);
  await opened();
  const { sessions } = sessionListSchema.parse((await installation.asDashboard({ path: "/api/sessions" })).json);
  const { name } = accountSchema.parse((await installation.asDashboard({ path: "/api/account" })).json);
  expect(sessions.map(({ shareId: by, shareLabel, openedBy }) => ({ by, shareLabel, openedBy }))).toEqual(
    expect.arrayContaining([
      { by: shareId, shareLabel: "for anna", openedBy: null },
      { by: null, shareLabel: null, openedBy: name },
    ]),
  );
  const { shares } = shareListSchema.parse((await installation.asDashboard({ path: "/api/shares" })).json);
  expect(shares).toMatchObject([{ shareId, serverId: machine.serverId, label: "for anna", revokedAt: null }]);
});

test("a live share stays in the lists however many newer ones are over", async () => {
  const database = new DatabaseSync(pathOf(installation.folder, "data", "culvert.db"));
  const row = { ...database.prepare("select * from shares").get() };
  const columns = Object.keys(row);
  const insert = `insert into shares (${columns.join()}) values (${columns.map(() => "?").join()})`;
  const letters = (number: number) => number.toString(2).replaceAll("0", "a").replaceAll("1", "b").padStart(26, "d");
  for (let number = 0; number < 250; number += 1) {
    const over = number % 2 === 0 ? { revoked_at: nowMs } : { expires_at: nowMs };
    const dead = { ...row, share_id: letters(number), created_at: nowMs + 1 + number, ...over };
    database.prepare(insert).run(...(Object.values(dead) as SQLInputValue[]));
  }
  database.close();
  for (const path of ["/api/shares", `/api/servers/${machine.serverId}/shares`]) {
    const { shares } = shareListSchema.parse((await installation.asDashboard({ path })).json);
    expect(shares).toHaveLength(200);
    expect(shares.at(-1)).toMatchObject({ shareId, revokedAt: null });
    expect(shares[0]?.createdAt).toBe(nowMs + 250);
  }
});

test("a share's app has an origin of its own, beside the owner's", async () => {
  const own = await openSession(installation, machine.serverId);
  expect((await opened()).appOrigin).not.toBe(own.appOrigin);
  expect((await opened()).appOrigin).toBe((await opened()).appOrigin);
});

test("taking it back ends its viewers, and then it opens nothing", async () => {
  const { signalingTicket, sessionId } = await opened();
  const viewer = await join("/api/signaling/share", signalingTicket);
  await viewer.nextMessage("joined");
  await agent.nextMessage("viewer-joined");
  await installation.asDashboard({ method: "DELETE", path: `/api/shares/${shareId}` });
  expect(await viewer.nextMessage("peer-left")).toMatchObject({ code: "revoked" });
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ code: "revoked" });
  expect(await agent.nextMessage("session-revoked")).toMatchObject({ sessionId });
  expect((await open()).json).toMatchObject({ error: { code: "revoked" } });
});

test("a wrong ticket, an old share and another site open nothing", async () => {
  expect((await open(randomBytes(32).toString("base64url"))).status).toBe(404);
  expect((await open(undefined, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  nowMs += 3_600_000;
  expect((await open()).json).toMatchObject({ error: { code: "expired" } });
});

test("the door of shares takes no session of an account, and the account's door none of a share", async () => {
  const own = await openSession(installation, machine.serverId);
  const atShare = await join("/api/signaling/share", own.signalingTicket, { cookie: installation.cookie });
  expect(await atShare.nextMessage("error")).toMatchObject({ code: "unauthenticated" });
  const { port, host, server } = installation;
  const foreign = { host, origin: "https://evil.example" };
  await expect(SocketInbox.open(port, "/api/signaling/share", foreign)).rejects.toThrow();
  await expect(
    SocketInbox.open(port, "/api/signaling/viewer", { host, origin: server.dashboardOrigin }),
  ).rejects.toThrow();
});

test("removing the server takes its shares back", async () => {
  await installation.asDashboard({ method: "DELETE", path: `/api/servers/${machine.serverId}` });
  expect((await open()).json).toMatchObject({ error: { code: "revoked" } });
});

test("a hundred openings at once each get a session of their own within the bound", async () => {
  const limited = await Promise.all(Array.from({ length: 60 }, () => open()));
  const ids = limited
    .filter(({ status }) => status === 200)
    .map(({ json }) => shareSessionSchema.parse(json).sessionId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(0);
  expect((await open()).status).toBe(429);
});
