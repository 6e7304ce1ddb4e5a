/** Apps at ports of the dashboard's host: what answers there, and what a session's cookie is worth without its key. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { KeyProofs } from "../src/accounts/index.ts";
import { type BrowserKey, challengeOf, newBrowserKey, prove, showSigned } from "./browser-key.ts";
import { Installation } from "./installation.ts";
import { demoPresence, SimulatedMachine } from "./simulated-machine.ts";
import { askForSession, dialViewer, openSession } from "./viewer.ts";

/** Wide, and anywhere: ports that other programs have are passed over. */
const first = 20_000 + Math.floor(Math.random() * 9_000);
const appPorts = `${first}-${first + 99}`;
const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "none" };
const minuteMs = 60_000;

let builds: string;
let installation: Installation;
let key: BrowserKey;
let machine: SimulatedMachine;
let nowMs: number;

beforeEach(async () => {
  builds = mkdtempSync(join(tmpdir(), "culvert-builds-"));
  mkdirSync(join(builds, "dashboard"));
  writeFileSync(join(builds, "dashboard/index.html"), '<meta name="culvert-challenge" content="__KEY_CHALLENGE__">');
  writeFileSync(join(builds, "boot.html"), '<body data-dashboard="__DASHBOARD_ORIGIN__">boot');
  nowMs = Date.now();
  installation = await Installation.start(
    { appPorts, appOriginFolder: builds, dashboardFolder: join(builds, "dashboard") },
    () => nowMs,
  );
  key = await newBrowserKey();
  await installation.signIn({ "x-culvert-key": key.thumbprint });
  machine = new SimulatedMachine(installation);
  await machine.enrol();
  await machine.connect();
});
afterEach(async () => {
  await installation.end();
  rmSync(builds, { recursive: true });
});

/** The page has proved its key. */
const proven = async () => {
  installation.pageHeaders["x-culvert-proof"] = await prove(installation, key);
};
const accountStatus = async (headers: Record<string, string> = {}) =>
  (await installation.asDashboard({ path: "/api/account", headers })).status;

describe("an app's port", () => {
  beforeEach(proven);
  const opened = async () => new URL((await openSession(installation, machine.serverId)).appOrigin);

  test("is on the dashboard's host, one for a service for good, and listens", async () => {
    const origin = await opened();
    expect(new URL(installation.server.dashboardOrigin).hostname).toBe("localhost");
    expect(origin.hostname).toBe("localhost");
    expect(Number(origin.port)).toBeGreaterThanOrEqual(first);
    expect((await opened()).port).toBe(origin.port);
    const direct = await fetch(`http://127.0.0.1:${origin.port}/.culvert/boot`, { headers: { host: origin.host } });
    // fetch names the host itself: by address this machine's ports are nobody's.
    expect(direct.status).toBe(421);
    const boot = await installation.ask({ host: origin.host, path: "/.culvert/boot", headers: navigation });
    expect(boot).toMatchObject({ status: 200, text: expect.stringContaining("boot") });
  });

  test("has the headers that a name of its own would have", async () => {
    const { host } = await opened();
    const { headers } = await installation.ask({ host, path: "/.culvert/boot", headers: navigation });
    const dashboard = installation.server.dashboardOrigin;
    expect(headers["content-security-policy"]).toContain(`frame-ancestors 'self' ${dashboard}`);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "origin-agent-cluster": "?1",
      "cross-origin-resource-policy": "same-origin",
    });
    const page = await installation.ask({ path: "/", headers: navigation });
    expect(page.headers["content-security-policy"]).toContain("frame-src http://localhost:*;");
  });

  test("refuses and counts what a worker should have answered, under the app's own origin", async () => {
    const { host, origin } = await opened();
    expect((await installation.asDashboard({ host, path: "/api/servers" })).status).toBe(503);
    expect((await installation.ask({ host, path: "/a/path", headers: navigation })).text).toContain("boot");
    const { json } = await installation.asDashboard({ path: "/api/diagnostics/leaks" });
    expect(json).toEqual({ total: 2, origins: [{ appOrigin: origin, navigations: 1, requests: 1 }] });
  });

  test("that nobody was given is unknown, and one outside the range is no name of ours", async () => {
    expect((await installation.ask({ host: `localhost:${first + 98}`, path: "/" })).status).toBe(404);
    expect((await installation.ask({ host: `localhost:${first + 100}`, path: "/" })).status).toBe(421);
  });

  test("is not spent on a desk, which shows no page", async () => {
    const withDesk = new SimulatedMachine(installation);
    await withDesk.enrol();
    await withDesk.connect({ ...demoPresence, desk: true });
    const desk = await askForSession(installation, withDesk.serverId, { serviceName: "culvert-desk" });
    expect(desk).toMatchObject({ status: 200, json: { appOrigin: "https://desk.invalid" } });
  });

  test("listens again after a restart, before anybody opens the app", async () => {
    const { port } = await opened();
    await installation.restart();
    const answer = await fetch(`http://localhost:${port}/.culvert/boot`);
    expect(answer.status).toBe(200);
  });
});

describe("a session's cookie", () => {
  test("is worth nothing without a proof of its key, everything with it", async () => {
    expect(await accountStatus()).toBe(401);
    await proven();
    expect(await accountStatus()).toBe(200);
  });

  test("neither opens a document of the API, nor an export by a link", async () => {
    for (const path of ["/api/servers", "/api/audit/export", "/api/servers/events"]) {
      const answer = await installation.ask({ path, headers: { ...navigation, cookie: installation.cookie } });
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  test("with the key of another browser gets no proof", async () => {
    const thief = await newBrowserKey();
    const signed = await thief.sign(await challengeOf(installation), installation.server.dashboardOrigin);
    expect(await showSigned(installation, signed)).toMatchObject({
      status: 401,
      json: { error: { code: "unauthenticated", message: expect.stringContaining("another browser") } },
    });
  });

  test("with a proof of another sign-in is worth nothing", async () => {
    const proof = await prove(installation, key);
    await installation.signIn({ "x-culvert-key": key.thumbprint });
    expect(await accountStatus({ "x-culvert-proof": proof })).toBe(401);
  });

  test.each([
    ["a signature for another origin", async () => key.sign(await challengeOf(installation), "http://localhost:1")],
    ["a signature of another kind", async () => key.sign(await challengeOf(installation), origin(), "dpop+jwt")],
    ["no challenge of this server", () => key.sign("made-up", origin())],
    ["the challenge itself", () => challengeOf(installation)],
    ["no signature", async () => "e30.e30."],
  ])("%s is no proof", async (_name, made) => {
    const answer = await showSigned(installation, await made());
    expect([401, 410]).toContain(answer.status);
  });
  const origin = () => installation.server.dashboardOrigin;

  test("an old challenge is refused as old, so that the page asks for another", async () => {
    const signed = await key.sign(await challengeOf(installation), origin());
    nowMs += 6 * minuteMs;
    expect((await showSigned(installation, signed)).json).toMatchObject({ error: { code: "expired" } });
  });

  test("a proof is over after ten minutes, and neither a challenge nor a token of ours passes for one", async () => {
    const proof = await prove(installation, key);
    expect(decodeJwt(proof).sid).toEqual(expect.any(String));
    nowMs += 9 * minuteMs;
    expect(await accountStatus({ "x-culvert-proof": proof })).toBe(200);
    expect(await accountStatus({ "x-culvert-proof": await challengeOf(installation) })).toBe(401);
    nowMs += 2 * minuteMs;
    expect(await accountStatus({ "x-culvert-proof": proof })).toBe(401);
  });

  test("is not made by a sign-in that names no key", async () => {
    await expect(installation.signIn()).rejects.toThrow(/names no key of its browser/);
  });

  test("asks for no proof of a request from another port, and refuses it", async () => {
    const headers = { "sec-fetch-site": "same-site", origin: `http://localhost:${first}` };
    const challenge = await installation.asDashboard({ path: "/api/auth/challenge", headers });
    expect(challenge.status).toBe(403);
  });

  test("opens no WebSocket without a proof, which stands in a subprotocol", async () => {
    await expect(dialViewer(installation)).rejects.toMatchObject({ status: 401 });
    const protocols = (proof: string) => ["culvert", `culvert-proof.${proof}`];
    await expect(dialViewer(installation, {}, protocols("made.up.one"))).rejects.toMatchObject({ status: 401 });
    const inbox = await dialViewer(installation, {}, protocols(await prove(installation, key)));
    expect(inbox.socket.protocol).toBe("culvert");
    inbox.socket.terminate();
  });

  test("in the document stands what to sign first", async () => {
    const page = await installation.ask({ path: "/", headers: navigation });
    const challenge = /content="([^"]+)"/.exec(page.text)?.[1] ?? "";
    expect((await showSigned(installation, await key.sign(challenge, origin()))).status).toBe(200);
  });

  test("is proved at any node: all derive the same from their common secret", async () => {
    const options = { secret: "s".repeat(32), origin: origin(), nowMs: Date.now };
    const [one, another] = [new KeyProofs(options), new KeyProofs(options)];
    const signIn = { signInId: "a", keyThumbprint: key.thumbprint };
    const signed = await key.sign((await one.challenge()).challenge, origin());
    const { proof } = await another.prove(signIn, signed);
    expect(await one.isShown(signIn, { "x-culvert-proof": proof })).toBe(true);
    const stranger = new KeyProofs({ ...options, secret: "t".repeat(32) });
    expect(await stranger.isShown(signIn, { "x-culvert-proof": proof })).toBe(false);
    await expect(stranger.prove(signIn, signed)).rejects.toMatchObject({ code: "expired" });
  });

  test("of a time before app ports is bound to no key and has to be made again", async () => {
    const proofs = new KeyProofs({ secret: "s".repeat(32), origin: origin(), nowMs: Date.now });
    const signed = await key.sign((await proofs.challenge()).challenge, origin());
    const proving = proofs.prove({ signInId: "old", keyThumbprint: null }, signed);
    await expect(proving).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("without app ports", () => {
  test("no proof is asked for or given", async () => {
    const plain = await Installation.start();
    await plain.signIn();
    expect((await plain.asDashboard({ path: "/api/account" })).status).toBe(200);
    expect((await plain.asDashboard({ path: "/api/auth/challenge" })).status).toBe(404);
    expect((await showSigned(plain, "x")).status).toBe(404);
    await plain.end();
  });
});
