/** Launch links and access tokens: an "Open" button in somebody else's portal. */
import { type AccessToken, accessTokenSchema, type Launch, launchSchema } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { newDeviceKey } from "./viewer.ts";

let nowMs: number;
let installation: Installation;
let machine: SimulatedMachine;

beforeEach(async () => {
  nowMs = Date.now();
  installation = await Installation.start({ launchTtlSeconds: 120 }, () => nowMs);
  await installation.signIn();
  machine = new SimulatedMachine(installation);
  await machine.enrol();
  await machine.connect();
});
afterEach(() => installation.end());

const path = () => `/api/servers/${machine.serverId}/launch`;
const codeOf = ({ url }: Launch) => new URL(url).hash.slice("#code=".length);
const exchange = (code: string) =>
  installation.asDashboard({ method: "POST", path: "/api/launches/exchange", body: { code } });

async function launched(): Promise<Launch> {
  return launchSchema.parse((await installation.asDashboard({ method: "POST", path: path(), body: {} })).json);
}

async function newToken(): Promise<AccessToken> {
  const body = { label: "portal" };
  return accessTokenSchema.parse((await installation.asDashboard({ method: "POST", path: "/api/tokens", body })).json);
}

const asProgram = (token: string, asking: { method?: string; path: string; body?: unknown }) =>
  installation.ask({ ...asking, headers: { authorization: `Bearer ${token}` } });

describe("a launch link", () => {
  test("has its code in the fragment, lives as long as is set, and opens once, signed in", async () => {
    const launch = await launched();
    expect(launch).toMatchObject({ serverId: machine.serverId, serviceName: "demo", expiresAt: nowMs + 120_000 });
    expect(launch.url).toMatch(new RegExp(`^${installation.server.dashboardOrigin}/launch#code=[a-z2-7]{26}$`));
    const anonymous = { method: "POST", path: "/api/launches/exchange", body: { code: codeOf(launch) } };
    expect((await installation.ask({ ...anonymous, headers: { "sec-fetch-site": "same-origin" } })).status).toBe(401);
    expect((await exchange(codeOf(launch))).json).toEqual({ serverId: machine.serverId, serviceName: "demo" });
    const again = await exchange(codeOf(launch));
    expect([again.status, again.json]).toMatchObject([409, { error: { code: "already-used" } }]);
    expect(installation.logLines.join("\n")).not.toContain(codeOf(launch));
  });

  test("opens once of a hundred exchanges at once", async () => {
    const code = codeOf(await launched());
    const answers = await Promise.all(Array.from({ length: 100 }, () => exchange(code)));
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  });

  test("is over in time, and an unknown one is said to be so", async () => {
    const code = codeOf(await launched());
    nowMs += 120_000;
    expect((await exchange(code)).json).toMatchObject({ error: { code: "expired" } });
    expect((await exchange("x".repeat(26))).json).toMatchObject({ error: { code: "not-found" } });
  });
});

describe("an access token", () => {
  test("lets a program launch and open as its member, without cookie and origin", async () => {
    const { token } = await newToken();
    expect(token).toMatch(/^culvert_[\w-]{43}$/);
    const launch = await asProgram(token, { method: "POST", path: path(), body: {} });
    expect([launch.status, launch.json]).toMatchObject([200, { serverId: machine.serverId }]);
    const sessions = `/api/servers/${machine.serverId}/sessions`;
    const body = { deviceKey: newDeviceKey() };
    expect((await asProgram(token, { method: "POST", path: sessions, body })).status).toBe(200);
  });

  test("ends with its revocation, and what it opened ends too", async () => {
    const { token, tokenId } = await newToken();
    const sessions = `/api/servers/${machine.serverId}/sessions`;
    await asProgram(token, { method: "POST", path: sessions, body: { deviceKey: newDeviceKey() } });
    await installation.asDashboard({ method: "DELETE", path: `/api/tokens/${tokenId}` });
    expect((await asProgram(token, { path: "/api/servers" })).status).toBe(401);
    const { json } = await installation.asDashboard({ path: "/api/sessions" });
    expect(json).toMatchObject({ sessions: [{ revokedAt: expect.any(Number) }] });
  });

  test("is over in time, makes no other token, and stands beside no cookie", async () => {
    const { token } = await newToken();
    const made = await asProgram(token, { method: "POST", path: "/api/tokens", body: { label: "another" } });
    expect(made.status).toBe(403);
    const wrong = { authorization: "Bearer culvert_wrong" };
    expect((await installation.asDashboard({ path: "/api/servers", headers: wrong })).status).toBe(401);
    nowMs += 91 * 86_400_000;
    expect((await asProgram(token, { path: "/api/servers" })).status).toBe(401);
  });

  test("is shown once and kept as a hash", async () => {
    const { token } = await newToken();
    expect((await installation.asDashboard({ path: "/api/tokens" })).text).not.toContain(token);
    expect(installation.logLines.join("\n")).not.toContain(token);
  });
});
