/** How a machine becomes a server, and who cannot make it one. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { serverListSchema } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, expect, test } from "vitest";
import { verifyChain } from "../src/audit/index.ts";
import { openStore } from "../src/store/index.ts";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";

let nowMs: number;
let installation: Installation;

beforeEach(async () => {
  nowMs = Date.now();
  installation = await Installation.start({ rateLimits: { redeem: 1_000 } }, () => nowMs);
  await installation.signIn();
});
afterEach(() => installation.end());

async function newCode(): Promise<string> {
  const answer = await installation.asDashboard({ method: "POST", path: "/api/enrollments" });
  expect(answer.json).toMatchObject({ command: expect.stringContaining("culvert connect") });
  return String((answer.json as { code: string }).code);
}

async function listed() {
  const answer = await installation.asDashboard({ path: "/api/servers" });
  return serverListSchema.parse(answer.json).servers;
}

test("a machine that proves its keys is in the list, and gets the key that signs its tokens", async () => {
  const machine = new SimulatedMachine(installation);
  const answer = await machine.redeem(await newCode());
  expect(answer).toMatchObject({
    status: 200,
    json: {
      serverId: machine.serverId,
      signingKeys: [{ kid: expect.any(String), kty: "OKP", crv: "Ed25519", x: expect.stringMatching(/^[\w-]{43}$/) }],
    },
  });
  expect(await listed()).toMatchObject([
    { serverId: machine.serverId, label: "studio-mac", state: "disconnected", lastConnectedAt: null, services: [] },
  ]);
});

test("of 100 machines with one code exactly one is enrolled", async () => {
  const code = await newCode();
  const machines = Array.from({ length: 100 }, () => new SimulatedMachine(installation));
  const answers = await Promise.all(machines.map((machine) => machine.redeem(code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(
    answers.filter(({ json }) => (json as { error?: { code: string } }).error?.code === "already-used"),
  ).toHaveLength(99);
  expect(await listed()).toHaveLength(1);
});

test("a code is over after 10 minutes", async () => {
  const code = await newCode();
  nowMs += 600_000;
  expect(await new SimulatedMachine(installation).redeem(code)).toMatchObject({
    status: 410,
    json: { error: { code: "expired", hint: expect.stringContaining("Add server") } },
  });
});

test("a machine that does not own the keys it names is refused, and the code stays good", async () => {
  const code = await newCode();
  const owner = new SimulatedMachine(installation);
  const thief = new SimulatedMachine(installation);
  expect((await thief.redeem(code, { identityKey: owner.identityKey })).status).toBe(403);
  expect((await thief.redeem(code, { noiseKey: owner.noiseKey })).status).toBe(403);
  expect((await thief.redeem(code, { signature: "A".repeat(86) })).status).toBe(403);
  expect((await owner.redeem(code)).status).toBe(200);
});

test("a malformed request is told what is wrong in the product's own shape", async () => {
  const answer = await new SimulatedMachine(installation).redeem(await newCode(), { noiseKey: "short" });
  expect(answer).toMatchObject({
    status: 400,
    json: { error: { code: "invalid-request", message: 'The request\'s "noiseKey" is malformed.' } },
  });
});

test("the same machine may enrol again and keeps its name; removing takes it out of the list", async () => {
  const machine = new SimulatedMachine(installation);
  await machine.enrol();
  await machine.enrol();
  expect(await listed()).toHaveLength(1);
  const path = `/api/servers/${machine.serverId}`;
  expect((await installation.asDashboard({ method: "DELETE", path })).status).toBe(200);
  expect(await listed()).toHaveLength(0);
  expect((await installation.asDashboard({ path })).status).toBe(404);
});

test("a server can be named by its owner", async () => {
  const machine = new SimulatedMachine(installation);
  await machine.enrol();
  const path = `/api/servers/${machine.serverId}`;
  const answer = await installation.asDashboard({ method: "PATCH", path, body: { label: "  the attic  " } });
  expect(answer.json).toMatchObject({ label: "the attic" });
  expect(await listed()).toMatchObject([{ label: "the attic" }]);
});

test("a server can be put into a group and out of it, its name as it is; to change nothing is refused", async () => {
  const machine = new SimulatedMachine(installation);
  await machine.enrol();
  const change = (body: object) =>
    installation.asDashboard({ method: "PATCH", path: `/api/servers/${machine.serverId}`, body });
  expect((await change({ group: " lab " })).json).toMatchObject({ label: "studio-mac", group: "lab" });
  expect((await change({ label: "attic" })).json).toMatchObject({ label: "attic", group: "lab" });
  expect((await change({ group: "" })).json).not.toHaveProperty("group");
  expect(await listed()).toMatchObject([{ label: "attic" }]);
  expect([(await change({})).status, (await change({ group: "x".repeat(33) })).status]).toEqual([400, 400]);
});

test("nobody gets a code without being signed in", async () => {
  const headers = { "sec-fetch-site": "same-origin" };
  expect((await installation.ask({ method: "POST", path: "/api/enrollments", headers })).status).toBe(401);
});

test("the key that signs tokens is readable by the server's user alone", () => {
  expect(statSync(join(installation.folder, "data", "signing-key.json")).mode & 0o777).toBe(0o600);
});

test("enrolment and its refusal are in the account's audit log, as one whole chain", async () => {
  const code = await newCode();
  await new SimulatedMachine(installation).redeem(code);
  await new SimulatedMachine(installation).redeem(code);
  await installation.server.close();
  const store = await openStore(join(installation.folder, "data"));
  const events = await store.queries.selectFrom("auditEvents").selectAll().orderBy("sequence").execute();
  expect(events.map(({ action }) => action)).toEqual(["sign-in", "enrol", "deny"]);
  expect(await verifyChain(store.queries, events[0]?.accountId ?? "", 0)).toMatchObject({ events: 3, brokenAt: null });
  await store.close();
});
