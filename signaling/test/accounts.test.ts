/** Signing in by a one-time link, and what a cookie may be used for. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Installation } from "./installation.ts";

let nowMs: number;
let installation: Installation;

beforeEach(async () => {
  nowMs = Date.now();
  installation = await Installation.start({}, () => nowMs);
});
afterEach(() => installation.end());

const redeem = (code: string, headers = {}) =>
  installation.asDashboard({ method: "POST", path: "/api/auth/sign-in/code", body: { code }, headers });

describe("a sign-in link", () => {
  test("carries its code in the fragment and signs the owner in once", async () => {
    const link = await installation.server.createSignInLink();
    expect(link.url).toBe(`${installation.server.dashboardOrigin}/sign-in#code=${link.code}`);
    const first = await redeem(link.code);
    expect(first).toMatchObject({ status: 200, json: { email: "owner@culvert.localhost", name: "Owner" } });
    expect(await redeem(link.code)).toMatchObject({
      status: 409,
      json: { error: { code: "already-used", message: expect.stringContaining("used before") } },
    });
  });

  test("sets a cookie that scripts cannot read and other sites do not send", async () => {
    const { code } = await installation.server.createSignInLink();
    const [cookie] = (await redeem(code)).headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^culvert\.session_token=[^;]+; /);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/Domain=/);
  });

  test("is over after 10 minutes, and says so", async () => {
    const { code } = await installation.server.createSignInLink();
    nowMs += 600_000;
    expect(await redeem(code)).toMatchObject({ status: 410, json: { error: { code: "expired" } } });
  });

  test("that was never made is refused", async () => {
    expect(await redeem("a".repeat(26))).toMatchObject({ status: 404, json: { error: { code: "not-found" } } });
  });

  test("cannot be redeemed by another site's page, so nobody is signed in as somebody else", async () => {
    const { code } = await installation.server.createSignInLink();
    for (const site of ["cross-site", "same-site", "none"]) {
      expect((await redeem(code, { "sec-fetch-site": site })).status).toBe(403);
    }
    expect((await redeem(code)).status).toBe(200);
  });

  test("makes one owner, however often it is asked for", async () => {
    await installation.signIn();
    const first = (await installation.asDashboard({ path: "/api/account" })).json;
    await installation.signIn();
    expect((await installation.asDashboard({ path: "/api/account" })).json).toEqual(first);
  });
});

describe("a session cookie", () => {
  beforeEach(() => installation.signIn());

  test("tells who is signed in", async () => {
    expect((await installation.asDashboard({ path: "/api/account" })).json).toEqual({
      accountId: expect.any(String),
      memberId: expect.any(String),
      email: "owner@culvert.localhost",
      name: "Owner",
      role: "owner",
      needsSetUp: true,
    });
  });

  test.each(["same-site", "cross-site", "none"])("is not taken from a %s request", async (site) => {
    const headers = { "sec-fetch-site": site };
    expect(await installation.asDashboard({ path: "/api/servers", headers })).toMatchObject({
      status: 403,
      json: { error: { code: "forbidden" } },
    });
  });

  test("is not taken where the browser does not say where the request comes from", async () => {
    const headers = { cookie: installation.cookie };
    expect(await installation.ask({ path: "/api/servers", headers })).toMatchObject({
      status: 401,
      json: { error: { code: "unauthenticated" } },
    });
  });

  test("planted twice counts as none", async () => {
    const headers = { cookie: `culvert.session_token=planted; ${installation.cookie}` };
    expect((await installation.asDashboard({ path: "/api/account", headers })).status).toBe(401);
  });

  test("ends with signing out", async () => {
    const answer = await installation.asDashboard({ method: "POST", path: "/api/auth/sign-out", body: {} });
    expect(answer.status).toBe(200);
    expect((await installation.asDashboard({ path: "/api/account" })).status).toBe(401);
  });

  test("cannot be forged from what stands in the store", async () => {
    const [name, value = ""] = installation.cookie.split("=");
    const tokenInStore = decodeURIComponent(value).split(".", 1)[0];
    const headers = { cookie: `${name}=${tokenInStore}` };
    expect((await installation.asDashboard({ path: "/api/account", headers })).status).toBe(401);
  });
});

test("nobody can sign up by themselves", async () => {
  const body = { email: "stranger@example.com", password: "a long enough password", name: "Stranger" };
  const answer = await installation.asDashboard({ method: "POST", path: "/api/auth/sign-up/email", body });
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.json).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
});

test("with TLS in front every cookie has the __Host- prefix and Secure", async () => {
  const secure = await Installation.start({ origin: "https://culvert.example" });
  try {
    const { code } = await secure.server.createSignInLink();
    const answer = await secure.asDashboard({ method: "POST", path: "/api/auth/sign-in/code", body: { code } });
    const [cookie] = answer.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^__Host-culvert\.session_token=/);
    expect(cookie).toMatch(/; Secure/);
    expect(cookie).toMatch(/; Path=\//);
    expect(answer.headers["strict-transport-security"]).toMatch(/max-age=\d{7,}/);
  } finally {
    await secure.end();
  }
});

test("behind a proxy tries are counted by the address that the proxy saw, whatever a client claims", async () => {
  const behindProxy = await Installation.start({ trustProxy: true, rateLimits: { redeem: 3 } });
  try {
    const statuses: number[] = [];
    for (let claim = 1; claim <= 5; claim += 1) {
      const headers = { "x-forwarded-for": `198.51.100.${claim}, 203.0.113.7` };
      const answer = await behindProxy.ask({ method: "POST", path: "/api/enrollments/redeem", headers, body: {} });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([400, 400, 400, 429, 429]);
    const headers = { "x-forwarded-for": "203.0.113.8" };
    const other = await behindProxy.ask({ method: "POST", path: "/api/enrollments/redeem", headers, body: {} });
    expect(other.status).toBe(400);
  } finally {
    await behindProxy.end();
  }
});
