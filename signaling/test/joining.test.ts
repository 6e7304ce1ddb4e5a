/** The blind joining of viewer and agent: who gets in, what passes, and how it ends. */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { SocketInbox } from "./socket-inbox.ts";
import { creditEnvelope, dataEnvelope, dialViewer, joinSession, openSession } from "./viewer.ts";

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
});
afterEach(() => installation.end());

async function join() {
  const session = await openSession(installation, machine.serverId);
  const { inbox: viewer, relayId } = await joinSession(installation, session);
  const told = await agent.nextMessage("viewer-joined");
  return { session, viewer, relayId, told };
}

/** The agent takes 256 KiB at once, the most that may be granted. */
async function grantMost(viewer: SocketInbox, relayId: number) {
  agent.sendBytes(creditEnvelope(relayId, 262_144));
  await viewer.nextBytes();
}

describe("a relay", () => {
  test("is told to both, by the same number and with what the agent must know", async () => {
    const { session, relayId, told } = await join();
    expect(told).toEqual({
      type: "viewer-joined",
      relayId,
      sessionId: session.sessionId,
      serviceName: "demo",
      relayPolicy: "handshake-only",
      iceServers: [],
    });
  });

  test("carries bytes both ways untouched, credit included", async () => {
    const { viewer, relayId } = await join();
    const out = dataEnvelope(relayId, randomBytes(32_768));
    viewer.sendBytes(out);
    expect(Buffer.compare(await agent.nextBytes(), out)).toBe(0);
    const back = dataEnvelope(relayId, randomBytes(1));
    agent.sendBytes(back);
    expect(Buffer.compare(await viewer.nextBytes(), back)).toBe(0);
    const credit = Buffer.from(`02${relayId.toString(16).padStart(8, "0")}0000000000020000`, "hex");
    viewer.sendBytes(credit);
    expect(Buffer.compare(await agent.nextBytes(), credit)).toBe(0);
  });

  test("keeps viewers apart", async () => {
    const first = await join();
    const second = await join();
    expect(second.relayId).not.toBe(first.relayId);
    agent.sendBytes(dataEnvelope(second.relayId, Uint8Array.of(2)));
    agent.sendBytes(dataEnvelope(first.relayId, Uint8Array.of(1)));
    expect((await first.viewer.nextBytes()).at(-1)).toBe(1);
    expect((await second.viewer.nextBytes()).at(-1)).toBe(2);
    first.viewer.sendBytes(dataEnvelope(second.relayId, Uint8Array.of(3)));
    expect(await first.viewer.nextMessage("error")).toMatchObject({ code: "protocol-error" });
    expect(await agent.nextMessage("viewer-left")).toMatchObject({ relayId: first.relayId });
  });

  test("of handshakes alone ends for both when its bytes are used up", async () => {
    const { viewer, relayId } = await join();
    await grantMost(viewer, relayId);
    // 256 KiB at first: seven messages of 32 KiB with their envelopes fit, the eighth does not.
    for (let count = 0; count < 8; count += 1) viewer.sendBytes(dataEnvelope(relayId, new Uint8Array(32_768)));
    for (let count = 0; count < 7; count += 1) await agent.nextBytes();
    expect(await agent.nextMessage("viewer-left")).toEqual({ type: "viewer-left", relayId, code: "budget-exhausted" });
    expect(await viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "budget-exhausted" });
    await viewer.closed();
  });

  test("of handshakes alone has one budget for both directions", async () => {
    const { viewer, relayId } = await join();
    await grantMost(viewer, relayId);
    viewer.sendBytes(creditEnvelope(relayId, 262_144));
    await agent.nextBytes();
    for (let count = 0; count < 4; count += 1) viewer.sendBytes(dataEnvelope(relayId, new Uint8Array(32_768)));
    for (let count = 0; count < 4; count += 1) await agent.nextBytes();
    for (let count = 0; count < 4; count += 1) agent.sendBytes(dataEnvelope(relayId, new Uint8Array(32_768)));
    for (let count = 0; count < 3; count += 1) await viewer.nextBytes();
    expect(await viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "budget-exhausted" });
    expect(await agent.nextMessage("viewer-left")).toEqual({ type: "viewer-left", relayId, code: "budget-exhausted" });
  });

  test("does not get its bytes back by joining again, but by waiting", async () => {
    const { session, viewer, relayId } = await join();
    await grantMost(viewer, relayId);
    for (let count = 0; count < 8; count += 1) viewer.sendBytes(dataEnvelope(relayId, new Uint8Array(32_768)));
    await viewer.closed();
    const again = await joinSession(installation, session);
    again.inbox.sendBytes(dataEnvelope(again.relayId, new Uint8Array(32_768)));
    expect(await again.inbox.nextMessage("peer-left")).toMatchObject({ code: "budget-exhausted" });
    nowMs += 60_000;
    const later = await joinSession(installation, session);
    later.inbox.sendBytes(dataEnvelope(later.relayId, new Uint8Array(32_768)));
    agent.sendBytes(dataEnvelope(later.relayId, Uint8Array.of(7)));
    expect((await later.inbox.nextBytes()).at(-1)).toBe(7);
  });

  test("ends for the agent when the viewer leaves, and the other way about", async () => {
    const first = await join();
    first.viewer.close();
    expect(await agent.nextMessage("viewer-left")).toEqual({
      type: "viewer-left",
      relayId: first.relayId,
      code: "closed",
    });
    const second = await join();
    agent.close();
    expect(await second.viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "offline" });
  });

  test("ends when the agent dismisses the viewer, with the agent's reason", async () => {
    const { viewer, relayId } = await join();
    agent.send({ type: "viewer-dismissed", relayId, code: "policy" });
    expect(await viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "policy" });
  });

  test("ends when a newer socket of the agent takes its place", async () => {
    const { viewer } = await join();
    await machine.connect();
    expect(await viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "superseded" });
  });

  test("ends when its session is taken back, and the agent is told to end the tunnel", async () => {
    const { session, viewer, relayId } = await join();
    await installation.asDashboard({ method: "DELETE", path: `/api/sessions/${session.sessionId}` });
    expect(await viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "revoked" });
    expect(await agent.nextMessage("viewer-left")).toEqual({ type: "viewer-left", relayId, code: "revoked" });
    expect(await agent.nextMessage("session-revoked")).toEqual({
      type: "session-revoked",
      sessionId: session.sessionId,
    });
  });

  test("ends when whoever has its ticket is done with it, without an account and for once", async () => {
    const { session, viewer, relayId } = await join();
    const end = (headers: Record<string, string> = {}, signalingTicket = session.signalingTicket) =>
      installation.ask({
        ...{ method: "POST", path: "/api/sessions/end", body: { signalingTicket } },
        headers: { "sec-fetch-site": "same-origin", ...headers },
      });
    expect((await end({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect(await end({}, "another")).toMatchObject({ status: 200, json: {} });
    expect(await end()).toMatchObject({ status: 200, json: {} });
    expect(await viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "closed" });
    expect(await agent.nextMessage("viewer-left")).toEqual({ type: "viewer-left", relayId, code: "closed" });
    const { sessionId, signalingTicket } = session;
    expect(await agent.nextMessage("session-revoked")).toEqual({ type: "session-revoked", sessionId, by: "viewer" });
    const late = await dialViewer(installation);
    late.send({ type: "join", versions: { min: 1, max: 1 }, signalingTicket });
    expect(await late.nextMessage("error")).toMatchObject({ code: "revoked" });
    // What is over is not ended again.
    expect((await end()).status).toBe(200);
    const next = await join();
    next.viewer.close();
    expect(await agent.nextMessage("viewer-left")).toMatchObject({ relayId: next.relayId });
  });

  test("gives way to a new join of the same session", async () => {
    const { session, viewer } = await join();
    const again = await joinSession(installation, session);
    expect(await viewer.nextMessage("peer-left")).toEqual({ type: "peer-left", code: "superseded" });
    agent.sendBytes(dataEnvelope(again.relayId, Uint8Array.of(1)));
    expect((await again.inbox.nextBytes()).at(-1)).toBe(1);
  });
});

describe("a join is refused", () => {
  async function refusal(signalingTicket: string, versions = { min: 1, max: 1 }) {
    const viewer = await dialViewer(installation);
    viewer.send({ type: "join", versions, signalingTicket });
    const error = await viewer.nextMessage("error");
    expect(await viewer.closed()).toMatchObject({ closeCode: 1008 });
    return error.code;
  }

  test("with a ticket that was never made", async () => {
    expect(await refusal(randomBytes(32).toString("base64url"))).toBe("unauthenticated");
  });

  test("when the session is over, was taken back, or its server went offline", async () => {
    const revoked = await openSession(installation, machine.serverId);
    const session = await openSession(installation, machine.serverId);
    await installation.asDashboard({ method: "DELETE", path: `/api/sessions/${revoked.sessionId}` });
    expect(await refusal(revoked.signalingTicket)).toBe("revoked");
    agent.close();
    await agent.closed();
    expect(await refusal(session.signalingTicket)).toBe("offline");
    nowMs += 43_200_000;
    expect(await refusal(session.signalingTicket)).toBe("expired");
  });

  test("as no answer, not as offline, while an agent has not come back since the server's own start", async () => {
    const session = await openSession(installation, machine.serverId);
    await installation.restart();
    expect(await refusal(session.signalingTicket)).toBe("network");
    agent = await machine.connect();
    agent.close();
    await agent.closed();
    expect(await refusal(session.signalingTicket)).toBe("offline");
  });

  test("when the page is of another version", async () => {
    const { signalingTicket } = await openSession(installation, machine.serverId);
    expect(await refusal(signalingTicket, { min: 2, max: 2 })).toBe("version-unsupported");
  });

  test("when bytes come instead", async () => {
    const viewer = await dialViewer(installation);
    viewer.sendBytes(Uint8Array.of(1));
    expect(await viewer.nextMessage("error")).toMatchObject({ code: "protocol-error" });
  });
});

describe("before the upgrade", () => {
  test("a refused connection is cut, also where the client keeps its half open", async () => {
    const { host, port } = installation;
    const client = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    const headers = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: a"];
    client.write(`GET /nothing HTTP/1.1\r\nHost: ${host}\r\n${headers.join("\r\n")}\r\n\r\n`);
    const answer = Promise.withResolvers<string>();
    client.once("data", (bytes) => answer.resolve(String(bytes)));
    expect(await answer.promise).toMatch(/^HTTP\/1\.1 404 /);
    // A connection that is still half open takes whatever is written; one that is gone answers with a reset.
    const gone = Promise.withResolvers<void>();
    client.on("error", () => gone.resolve());
    const writing = setInterval(() => client.write("x"), 5);
    await gone.promise;
    clearInterval(writing);
  });

  const refused = (changes: Record<string, string | null>) =>
    dialViewer(installation, changes).then(
      () => "open",
      (fault: { status: number; body: { error: { code: string } } }) => `${fault.status} ${fault.body.error.code}`,
    );

  test("every other origin is refused, whatever cookie it has", async () => {
    const { appOrigin } = await openSession(installation, machine.serverId);
    for (const origin of ["http://evil.example", "null", appOrigin, `https://${installation.host}`, null]) {
      expect(await refused({ origin })).toBe("403 forbidden");
    }
  });

  test("a viewer without a session cookie is refused", async () => {
    expect(await refused({ cookie: null })).toBe("401 unauthenticated");
    expect(await refused({ cookie: "culvert.session_token=made.up" })).toBe("401 unauthenticated");
  });

  test("other addresses and other host names have no socket", async () => {
    expect(await refused({ host: "evil.example" })).toBe("404 not-found");
    const { host, port, cookie, server } = installation;
    const headers = { host, cookie, origin: server.dashboardOrigin };
    for (const path of ["/", "/api/signaling", "/api/signaling/viewer?ticket=1"]) {
      await expect(SocketInbox.open(port, path, headers)).rejects.toMatchObject({ status: 404 });
    }
  });
});

test("a message beyond 64 KiB closes the socket that sent it, and no other", async () => {
  const { viewer } = await join();
  viewer.sendBytes(new Uint8Array(65_537));
  expect(await viewer.closed()).toMatchObject({ closeCode: 1009 });
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ code: "network" });
  const next = await join();
  agent.sendBytes(dataEnvelope(next.relayId, Uint8Array.of(1)));
  expect((await next.viewer.nextBytes()).at(-1)).toBe(1);
});

test("stopping the server closes every socket as going away", async () => {
  const { viewer } = await join();
  await installation.server.close();
  expect(await viewer.closed()).toMatchObject({ closeCode: 1001 });
  expect(await agent.closed()).toMatchObject({ closeCode: 1001 });
});
