/** Remote sessions: what is granted, why it is refused, and taking it back. */
import { createHash } from "node:crypto";
import { sessionListSchema } from "@culvert/protocol/signaling";
import { decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { demoPresence, SimulatedMachine } from "./simulated-machine.ts";
import { askForSession, newDeviceKey, openSession } from "./viewer.ts";

let nowMs: number;
let installation: Installation;
let machine: SimulatedMachine;

beforeEach(async () => {
  nowMs = Date.now();
  installation = await Installation.start({}, () => nowMs);
  await installation.signIn();
  machine = new SimulatedMachine(installation);
});
afterEach(() => installation.end());

describe("a granted session", () => {
  beforeEach(async () => {
    await machine.enrol();
    await machine.connect();
  });

  test("has every field, for one service of one server, 12 hours at most", async () => {
    const session = await openSession(installation, machine.serverId);
    expect(session).toMatchObject({
      serverId: machine.serverId,
      serviceName: "demo",
      relayPolicy: "handshake-only",
      iceServers: [],
      expiresAt: nowMs + 43_200_000,
      agentPublicKey: { identityKey: machine.identityKey, noiseKey: machine.noiseKey },
      signalingUrl: `ws://${installation.host}/api/signaling/viewer`,
    });
    expect(new URL(session.appOrigin).host).toMatch(new RegExp(`^demo-[a-z2-7]{26}\\.${installation.host}$`));
    expect(Buffer.from(session.signalingTicket, "base64url")).toHaveLength(32);
  });

  test("keeps its app origin from one session to the next", async () => {
    const first = await openSession(installation, machine.serverId);
    expect((await openSession(installation, machine.serverId)).appOrigin).toBe(first.appOrigin);
  });

  test("has a token that the pinned key verifies, bound to server, session, service and device", async () => {
    const pinned = await machine.redeem((await installation.server.createEnrolmentCode()).code);
    const [key] = (pinned.json as { signingKeys: { kid: string; kty: string; crv: string; x: string }[] }).signingKeys;
    if (key === undefined) throw new Error("no key");
    const deviceKey = newDeviceKey();
    const answer = await askForSession(installation, machine.serverId, { deviceKey });
    const session = answer.json as Record<string, string>;
    const token = String(session.remoteSessionToken);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", typ: "culvert-session+jwt", kid: key.kid });
    const { payload } = await jwtVerify(token, await importJWK({ ...key, alg: "EdDSA" }), {
      currentDate: new Date(nowMs),
    });
    const iat = Math.floor(nowMs / 1000);
    // RFC 7638 §3.2: members in this order, no white space.
    const thumbprint = createHash("sha256")
      .update(`{"crv":"X25519","kty":"OKP","x":"${deviceKey}"}`)
      .digest("base64url");
    expect(payload).toEqual({
      iss: installation.server.dashboardOrigin,
      aud: machine.serverId,
      sub: expect.any(String),
      sid: session.sessionId,
      svc: session.serviceId,
      jti: expect.any(String),
      iat,
      exp: iat + 60,
      sexp: iat + 43_200,
      cnf: { jkt: thumbprint },
    });
  });

  test("is listed until it is over, and may be taken back once or twice", async () => {
    const session = await openSession(installation, machine.serverId);
    const list = async () => sessionListSchema.parse((await installation.asDashboard({ path: "/api/sessions" })).json);
    expect(await list()).toMatchObject({ sessions: [{ sessionId: session.sessionId, revokedAt: null }] });
    const path = `/api/sessions/${session.sessionId}`;
    expect((await installation.asDashboard({ method: "DELETE", path })).status).toBe(200);
    expect((await installation.asDashboard({ method: "DELETE", path })).status).toBe(200);
    expect(await list()).toMatchObject({ sessions: [{ sessionId: session.sessionId, revokedAt: nowMs }] });
    expect(JSON.stringify(await list())).not.toContain(session.signalingTicket);
  });

  test("does not need the target to be up: the app view says that, and recovers there", async () => {
    const [demo] = demoPresence.services;
    if (demo === undefined) throw new Error("no demo service");
    await machine.connect({ ...demoPresence, services: [{ ...demo, health: "unreachable" }] });
    expect((await askForSession(installation, machine.serverId)).status).toBe(200);
  });
});

describe("a session is refused in words", () => {
  async function refusal(body: object = {}, serverId = machine.serverId) {
    const answer = await askForSession(installation, serverId, body);
    const { error } = answer.json as { error: { code: string; message: string; hint: string } };
    return { status: answer.status, ...error };
  }

  test("when the server is offline", async () => {
    await machine.enrol();
    expect(await refusal()).toMatchObject({ status: 409, code: "offline", message: "studio-mac is not connected." });
  });

  test("when remote access is switched off there", async () => {
    await machine.enrol();
    await machine.connect({ ...demoPresence, remoteAccessEnabled: false });
    expect(await refusal()).toMatchObject({
      status: 409,
      code: "not-ready",
      message: expect.stringContaining("switched off"),
    });
  });

  test("when it publishes nothing to open", async () => {
    await machine.enrol();
    await machine.connect({ ...demoPresence, primaryServiceName: null, services: [] });
    expect(await refusal()).toMatchObject({
      status: 409,
      code: "not-ready",
      hint: expect.stringContaining("culvert connect"),
    });
  });

  test("when it publishes no such service, with those it does", async () => {
    await machine.enrol();
    await machine.connect();
    expect(await refusal({ serviceName: "grafana" })).toMatchObject({
      status: 404,
      code: "not-found",
      hint: "It publishes: demo.",
    });
  });

  test("when the service is not what the viewer can use: a browser no tcp service, and forwarding no web app", async () => {
    const db = { name: "db", mode: "tcp" as const, supportedProtocols: ["tcp" as const], health: "healthy" as const };
    await machine.enrol();
    await machine.connect({ ...demoPresence, services: [...demoPresence.services, db] });
    const opened = await askForSession(installation, machine.serverId, { serviceName: "db", mode: "tcp" });
    expect([opened.status, (opened.json as { serviceName: string }).serviceName]).toEqual([200, "db"]);
    expect(await refusal({ serviceName: "db" })).toMatchObject({
      ...{ status: 501, code: "unsupported" },
      hint: expect.stringContaining("culvert forward"),
    });
    expect(await refusal({ serviceName: "demo", mode: "tcp" })).toMatchObject({
      ...{ status: 501, code: "unsupported" },
      hint: expect.stringContaining("culvert open"),
    });
  });

  test("when its agent is too new, with the way out", async () => {
    await machine.enrol();
    const { inbox, nonce } = await machine.dial();
    inbox.send(machine.hello(nonce, { versions: { min: 2, max: 2 } }));
    await inbox.closed();
    expect(await refusal()).toMatchObject({
      status: 426,
      code: "version-unsupported",
      hint: "Update this Culvert server.",
    });
  });

  test("when it is nobody's server", async () => {
    expect(await refusal({}, "a".repeat(26))).toMatchObject({ status: 404, code: "not-found" });
  });

  test("when it is asked for too often", async () => {
    const busy = await Installation.start({ rateLimits: { createSession: 2 } });
    try {
      await busy.signIn();
      const answers = [];
      for (let count = 0; count < 3; count += 1) answers.push(await askForSession(busy, "a".repeat(26)));
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 429]);
      expect(answers[2]?.json).toMatchObject({
        error: { code: "rate-limited", hint: expect.stringMatching(/^Try again in \d+ seconds\.$/) },
      });
    } finally {
      await busy.end();
    }
  });
});
