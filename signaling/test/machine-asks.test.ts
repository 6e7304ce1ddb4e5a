/** Enrolment that begins at the machine, and new keys for an enrolled one. */
import { randomBytes } from "node:crypto";
import {
  type AskedEnrollment,
  askedEnrollmentSchema,
  enrolmentClaimProof,
  enrolmentRequestProof,
  noiseKeyProof,
  rotationProof,
  serverListSchema,
} from "@culvert/protocol/signaling";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { openSession } from "./viewer.ts";

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

const post = (path: string, body: object) => installation.ask({ method: "POST", path, body });
const asOwner = (path: string, body: object) => installation.asDashboard({ method: "POST", path, body });
const claim = ({ code }: AskedEnrollment, by = machine) =>
  post("/api/enrollments/requests/claim", { code, signature: by.sign(enrolmentClaimProof(code)) });

function publicKeyOf(of: SimulatedMachine) {
  const { identityKey, noiseKey } = of;
  return { identityKey, noiseKey, noiseKeySignature: of.sign(noiseKeyProof(noiseKey)) };
}

async function asked(): Promise<AskedEnrollment> {
  const { dashboardOrigin } = installation.server;
  const signature = machine.sign(enrolmentRequestProof(dashboardOrigin, machine.identityKey, machine.noiseKey));
  const body = { ...publicKeyOf(machine), label: "studio-mac", platform: "darwin", signature };
  return askedEnrollmentSchema.parse((await post("/api/enrollments/requests", body)).json);
}

async function listed() {
  const { json } = await installation.asDashboard({ path: "/api/servers" });
  return serverListSchema.parse(json).servers;
}

describe("a machine that asks", () => {
  test("shows its name and fingerprint to a signed-in owner, who approves it once", async () => {
    const request = await asked();
    expect(request.url).toBe(`${installation.server.dashboardOrigin}/enrol#code=${request.code}`);
    expect((await claim(request)).json).toMatchObject({ state: "waiting" });
    expect(await listed()).toEqual([]);
    const { code } = request;
    expect((await asOwner("/api/enrollments/requests/show", { code })).json).toMatchObject({
      ...{ label: "studio-mac", platform: "darwin", serverId: machine.serverId, approved: false },
    });
    const approved = await asOwner("/api/enrollments/requests/approve", { code });
    expect([approved.status, approved.json]).toEqual([200, { serverId: machine.serverId }]);
    expect((await claim(request)).json).toMatchObject({
      ...{ state: "approved", approvedBy: "owner@culvert.localhost" },
      enrollment: { serverId: machine.serverId, signingKeys: [{ kty: "OKP" }] },
    });
    expect((await listed()).map(({ serverId }) => serverId)).toEqual([machine.serverId]);
    const again = await asOwner("/api/enrollments/requests/approve", { code });
    expect([again.status, again.json]).toMatchObject([409, { error: { code: "already-used" } }]);
    await machine.connect();
  });

  test("is approved once of a hundred approvals at once", async () => {
    const { code } = await asked();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => asOwner("/api/enrollments/requests/approve", { code })),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  });

  test("is nobody's without a sign-in, and its answer is for its own key alone", async () => {
    const request = await asked();
    const { code } = request;
    expect((await post("/api/enrollments/requests/show", { code })).status).toBe(401);
    expect((await post("/api/enrollments/requests/approve", { code })).status).toBe(401);
    expect((await claim(request, new SimulatedMachine(installation))).status).toBe(403);
  });

  test("is not taken with keys that it does not prove, or for another address", async () => {
    const body = { ...publicKeyOf(machine), label: "x", platform: "linux" };
    const wrongs = [
      machine.sign(enrolmentRequestProof("https://elsewhere.example", machine.identityKey, machine.noiseKey)),
      randomBytes(64).toString("base64url"),
    ];
    for (const signature of wrongs) {
      expect((await post("/api/enrollments/requests", { ...body, signature })).status).toBe(403);
    }
  });

  test("has ten minutes", async () => {
    const request = await asked();
    nowMs += 600_000;
    for (const answer of [await claim(request), await asOwner("/api/enrollments/requests/approve", request)]) {
      expect([answer.status, answer.json]).toMatchObject([410, { error: { code: "expired" } }]);
    }
  });

  test("leaves its code in no row and no log", async () => {
    const { code } = await asked();
    await asOwner("/api/enrollments/requests/show", { code });
    expect(installation.logLines.join("\n")).not.toContain(code);
  });
});

describe("new keys", () => {
  const rotation = (next: SimulatedMachine, changes: Record<string, string> = {}) => {
    const proof = rotationProof(machine.serverId, next.identityKey, next.noiseKey);
    const newKey = publicKeyOf(next);
    const signatures = { oldSignature: machine.sign(proof), newSignature: next.sign(proof) };
    return post("/api/enrollments/rotate", { serverId: machine.serverId, newKey, ...signatures, ...changes });
  };

  test("signed by the old one make a new server in its place, with nothing else of it", async () => {
    await machine.enrol();
    const socket = await machine.connect();
    const rename = { method: "PATCH", path: `/api/servers/${machine.serverId}`, body: { label: "My Mac" } };
    await installation.asDashboard(rename);
    const before = await openSession(installation, machine.serverId);
    const next = new SimulatedMachine(installation);
    expect((await rotation(next)).json).toMatchObject({ serverId: next.serverId });
    expect(await socket.nextMessage("session-revoked")).toMatchObject({ sessionId: before.sessionId });
    expect(await socket.nextMessage("error")).toMatchObject({ code: "revoked" });
    expect(await listed()).toMatchObject([
      {
        ...{ serverId: next.serverId, label: "My Mac", state: "disconnected" },
        succeeds: { serverId: machine.serverId, identityKey: machine.identityKey },
      },
    ]);
    await next.connect();
    const after = await openSession(installation, next.serverId);
    expect(after.appOrigin).not.toBe(before.appOrigin);
    const sessions = (await installation.asDashboard({ path: "/api/sessions" })).json;
    expect(sessions).toMatchObject({ sessions: [{ revokedAt: null }, { revokedAt: expect.any(Number) }] });
    const repeated = await rotation(next);
    expect([repeated.status, repeated.json]).toMatchObject([200, { serverId: next.serverId }]);
  });

  test("that the old one did not sign are refused", async () => {
    await machine.enrol();
    const next = new SimulatedMachine(installation);
    const proof = rotationProof(machine.serverId, next.identityKey, next.noiseKey);
    for (const changes of [{ oldSignature: next.sign(proof) }, { newSignature: machine.sign(proof) }]) {
      expect((await rotation(next, changes)).status).toBe(403);
    }
    expect((await listed()).map(({ serverId }) => serverId)).toEqual([machine.serverId]);
  });

  test("of a machine that was removed are refused", async () => {
    await machine.enrol();
    await installation.asDashboard({ method: "DELETE", path: `/api/servers/${machine.serverId}` });
    expect((await rotation(new SimulatedMachine(installation))).status).toBe(404);
  });
});
