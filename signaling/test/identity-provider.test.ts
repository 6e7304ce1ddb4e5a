/** Signing in by an OpenID Connect provider: who is let in, and what is said to who is not. */
import { auditPageSchema, memberListSchema } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { newBrowserKey } from "./browser-key.ts";
import { startIdentityProvider, type TestIdentityProvider } from "./identity-provider.ts";
import { Installation } from "./installation.ts";
import { Person } from "./person.ts";

const ada = { sub: "ada-1", email: "ada@example.org", emailVerified: true, name: "Ada" };
const eve = { sub: "eve-1", email: "ada@example.org", emailVerified: false, name: "Eve" };
const bob = { sub: "bob-1", email: "bob@example.org", emailVerified: true, name: "Bob" };

let provider: TestIdentityProvider;
beforeEach(async () => {
  provider = await startIdentityProvider({ people: [ada, eve, bob] });
});
afterEach(() => provider.close());

type Newcomers = "refuse" | "operator" | "own-account";

async function start(newcomers: Newcomers = "refuse", more: { appPorts?: string } = {}): Promise<Installation> {
  const { issuer, clientId, clientSecret } = provider;
  const installation = await Installation.start({
    ...{ ownerEmail: "ada@example.org", ...more },
    identityProvider: { issuer, clientId, clientSecret, name: "Example", newcomers },
  });
  onTestFinished(() => installation.end());
  provider.allow(installation.server.dashboardOrigin);
  return installation;
}

/** Follows the provider's pages as a browser does, from the address that the dashboard was told to go to. */
async function returnFrom(address: string, sub: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = address;
  for (let step = 0; step < 10; step += 1) {
    if (/\/interaction\/[^?]+$/.test(next)) next += `?as=${sub}`;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(next, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`${next} answered ${answer.status}: ${await answer.text()}`);
    next = new URL(location, next).href;
    if (next.includes("/api/auth/callback/oidc")) return next;
  }
  throw new Error("The provider never came back.");
}

/** Signs in or links; gives the path that the browser ends at. */
async function by(person: Person, sub: string, path = "/api/auth/sign-in/oidc", headers = {}): Promise<string> {
  const begun = await person.ask({ method: "POST", path, body: {}, headers });
  const { url } = begun.json as { url: string };
  if (typeof url !== "string") throw new Error(`It did not begin: ${begun.text}`);
  const back = new URL(await returnFrom(url, sub));
  const navigation = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const answer = await person.ask({ path: back.pathname + back.search, headers: navigation });
  const { pathname, search } = new URL(String(answer.headers.location), "http://any");
  return pathname + search;
}

test("lets a member in whose email both sides have verified, and remembers them by the provider's own id", async () => {
  const installation = await start();
  const person = new Person(installation);
  expect((await person.get("/api/sign-in-methods")).json).toEqual({ oidc: { name: "Example" } });
  expect(await by(person, "ada-1")).toBe("/sign-in?by=provider");
  expect(await person.account()).toMatchObject({ email: "ada@example.org", role: "owner", needsSetUp: false });
  expect((await person.get("/api/account/methods")).json).toMatchObject({ oidc: true, password: false });
  const { events } = auditPageSchema.parse((await person.get("/api/audit")).json);
  expect(events[0]).toMatchObject({ action: "sign-in", details: { method: "identity-provider" } });
});

test("does not take an unverified email for the member who has it", async () => {
  const installation = await start("operator");
  const person = new Person(installation);
  expect(await by(person, "eve-1")).toMatch(/^\/sign-in\?error=/);
  expect((await person.get("/api/account")).status).toBe(401);
});

describe("somebody whom only the provider knows", () => {
  test("is refused where nothing else is said, and that is written down", async () => {
    const installation = await start();
    const owner = await Person.owner(installation);
    const person = new Person(installation);
    expect(await by(person, "bob-1")).toBe("/sign-in?error=signup_disabled");
    expect((await person.get("/api/account")).status).toBe(401);
    const { events } = auditPageSchema.parse((await owner.get("/api/audit")).json);
    expect(events[0]).toMatchObject({
      ...{ action: "deny", who: "somebody unknown" },
      details: { what: "sign-in", method: "identity-provider", because: "signup_disabled" },
    });
  });

  test("becomes a member in the role that is set", async () => {
    const installation = await start("operator");
    const person = new Person(installation);
    expect(await by(person, "bob-1")).toBe("/sign-in?by=provider");
    const owner = await Person.owner(installation);
    expect(await person.account()).toMatchObject({
      ...{ role: "operator", email: "bob@example.org", accountId: (await owner.account()).accountId },
    });
  });

  test("gets an account of their own where that is set, and sees nothing of another", async () => {
    const installation = await start("own-account");
    const owner = await Person.owner(installation);
    const person = new Person(installation);
    await by(person, "bob-1");
    const account = await person.account();
    expect(account.role).toBe("owner");
    expect(account.accountId).not.toBe((await owner.account()).accountId);
    const { members } = memberListSchema.parse((await person.get("/api/members")).json);
    expect(members.map(({ email }) => email)).toEqual(["bob@example.org"]);
    const { memberId } = await owner.account();
    const answer = await person.ask({ method: "DELETE", path: `/api/members/${memberId}` });
    expect(answer.status).toBe(404);
  });

  test("may be linked by a member who is signed in, whatever the email", async () => {
    const installation = await start();
    const owner = await Person.owner(installation);
    expect(await by(owner, "bob-1", "/api/auth/link/oidc")).toBe("/account");
    const { events } = auditPageSchema.parse((await owner.get("/api/audit")).json);
    expect(events[0]).toMatchObject({ action: "settings", details: { what: "identity provider linked" } });
    const later = new Person(installation);
    await by(later, "bob-1");
    expect((await later.account()).memberId).toBe((await owner.account()).memberId);
  });
});

test("who gives up there comes back with that word", async () => {
  const installation = await start();
  expect(await by(new Person(installation), "")).toMatch(/^\/sign-in\?error=access_denied/);
});

test("a provider that is down keeps nobody else out, and is asked again once it is up", async () => {
  const { port } = new URL(provider.issuer);
  await provider.close();
  const installation = await start();
  const owner = await Person.owner(installation);
  expect((await owner.account()).role).toBe("owner");
  const person = new Person(installation);
  expect(await person.post("/api/auth/sign-in/oidc")).toMatchObject({
    status: 502,
    json: { error: { code: "network", message: "Example does not answer." } },
  });
  provider = await startIdentityProvider({ people: [ada], port: Number(port) });
  provider.allow(installation.server.dashboardOrigin);
  expect(await by(person, "ada-1")).toBe("/sign-in?by=provider");
});

test("a callback that nobody began signs nobody in", async () => {
  const installation = await start();
  const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const path = "/api/auth/callback/oidc?code=abc&state=made-up";
  const answer = await new Person(installation).ask({ path, headers });
  expect(answer.status).toBe(302);
  expect(String(answer.headers.location)).toMatch(/\/sign-in\?error=/);
  expect(answer.headers["set-cookie"]?.join(" ") ?? "").not.toMatch(/session_token=[^;]/);
});

test("binds the sign-in to the key that began it, where apps share the dashboard's host", async () => {
  const installation = await start("refuse", { appPorts: "4100-4999" });
  const person = new Person(installation);
  const key = await newBrowserKey();
  const begun = { "x-culvert-key": key.thumbprint };
  expect(await by(person, "ada-1", "/api/auth/sign-in/oidc", begun)).toBe("/sign-in?by=provider");
  expect((await person.get("/api/account")).status).toBe(401);
  const { challenge } = (await person.get("/api/auth/challenge")).json as { challenge: string };
  const signed = await key.sign(challenge, installation.server.dashboardOrigin);
  const { proof } = (await person.post("/api/auth/proofs", { signed })).json as { proof: string };
  const account = await person.ask({ path: "/api/account", headers: { "x-culvert-proof": proof } });
  expect(account.json).toMatchObject({ email: "ada@example.org" });
});

test("makes no sign-in there for who began without a key", async () => {
  const person = new Person(await start("refuse", { appPorts: "4100-4999" }));
  expect(await by(person, "ada-1")).toMatch(/^\/sign-in\?error=/);
  expect(person.cookies.has("culvert.session_token")).toBe(false);
});
