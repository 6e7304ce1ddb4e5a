/** Which site answers for which host name, with which headers, and what counts as a leak. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import { SocketInbox } from "./socket-inbox.ts";
import { openSession } from "./viewer.ts";

let builds: string;
let installation: Installation;

const navigation = {
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
  "sec-fetch-site": "none",
  accept: "text/html",
};

beforeEach(async () => {
  builds = mkdtempSync(join(tmpdir(), "culvert-builds-"));
  mkdirSync(join(builds, "dashboard", "assets"), { recursive: true });
  mkdirSync(join(builds, "app-origin"));
  const write = (path: string, text: string) => writeFileSync(join(builds, path), text);
  write("dashboard/index.html", '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><title>Culvert</title>');
  write("dashboard/assets/main-abc.js", "export {};");
  write("dashboard/robots.txt", "User-agent: *");
  write("app-origin/boot.html", '<body data-dashboard="__DASHBOARD_ORIGIN__" data-app-view="__APP_VIEW_URL__">boot');
  write("app-origin/courier.html", "<body>courier");
  write("app-origin/sw.js", "// worker");
  write("app-origin/shim.js", "// shim");
  installation = await Installation.start({
    dashboardFolder: join(builds, "dashboard"),
    appOriginFolder: join(builds, "app-origin"),
  });
  await installation.signIn();
});
afterEach(async () => {
  await installation.end();
  rmSync(builds, { recursive: true });
});

const policyOf = (answer: Answer) => String(answer.headers["content-security-policy"]);

describe("the dashboard", () => {
  const page = (path: string) => installation.ask({ path, headers: navigation });

  test("is one document for every page, with a style nonce of its own", async () => {
    const first = await page("/");
    const second = await page("/app-view/abc/demo?x=1");
    expect(first).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    const nonces = [first, second].map((answer) => /content="([\w-]{22})"/.exec(answer.text)?.[1]);
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(policyOf(first)).toContain(`style-src 'self' 'nonce-${nonces[0]}'`);
    expect(first.headers["cache-control"]).toBe("no-store");
  });

  test("allows its own scripts, frames of app origins and nothing else", async () => {
    const answer = await page("/");
    const { host } = installation;
    expect(policyOf(answer).split("; ")).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        `connect-src 'self' ws://${host}`,
        `frame-src http://*.${host}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
      ]),
    );
    expect(policyOf(answer)).not.toMatch(/unsafe|https?:\/\/(?!\*)/);
    expect(answer.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "origin-agent-cluster": "?1",
      "cross-origin-opener-policy": "same-origin",
    });
  });

  test("lets the App View page alone open popups of the app, and the app's downloads from memory pass", async () => {
    const answer = await page("/app-view/abc/demo");
    const frames = `frame-src http://*.${installation.host} blob: data:`;
    for (const shown of [answer, await page("/share")]) expect(policyOf(shown).split("; ")).toContain(frames);
    expect(answer.headers["cross-origin-opener-policy"]).toBe("same-origin-allow-popups");
  });

  test("serves hashed files forever, and a missing one as missing", async () => {
    const script = await installation.ask({ path: "/assets/main-abc.js" });
    expect(script).toMatchObject({ status: 200, text: "export {};" });
    expect(script.headers["cache-control"]).toContain("immutable");
    expect(policyOf(script)).toContain(`connect-src 'self' ws://${installation.host}`);
    const missing = await installation.ask({ path: "/assets/old.js", headers: { accept: "text/html" } });
    expect(missing).toMatchObject({ status: 404, json: { error: { code: "not-found" } } });
    const raw = await installation.ask({ path: "/index.html", headers: { "sec-fetch-dest": "empty" } });
    expect(raw.text).not.toContain("__CSP_NONCE__");
  });

  test("answers an unknown address of the API as data", async () => {
    const answer = await installation.ask({ path: "/api/nothing", headers: navigation });
    expect(answer).toMatchObject({ status: 404, json: { error: { code: "not-found" } } });
  });

  test.each(["/../app-origin/sw.js", "/%2e%2e/app-origin/sw.js", "/assets/..%2f..%2fapp-origin/sw.js"])(
    "does not leave its folder: %s",
    async (path) => {
      expect((await installation.ask({ path })).text).not.toContain("worker");
    },
  );

  test("expires what an app planted on its host, at every place it may sit", async () => {
    const headers = { ...navigation, cookie: `bomb=${"x".repeat(100_000)}; ${installation.cookie}` };
    const answer = await installation.ask({ path: "/app-view/abc", headers });
    expect(answer.status).toBe(200);
    expect(answer.headers["set-cookie"]).toEqual(
      ["/", "/app-view", "/app-view/", "/app-view/abc", "/app-view/abc/"].map(
        (place) => `bomb=; Domain=culvert.localhost; Path=${place}; Max-Age=0`,
      ),
    );
  });

  test("heals a sign-in that an app made ambiguous for the API alone", async () => {
    const headers = { cookie: `culvert.session_token=planted; ${installation.cookie}` };
    const answer = await installation.asDashboard({ path: "/api/servers", headers });
    expect(answer.status).toBe(401);
    expect(answer.headers["set-cookie"]).toContain(
      "culvert.session_token=; Domain=culvert.localhost; Path=/api; Max-Age=0",
    );
  });

  test("says what to run where it is not built", async () => {
    rmSync(join(builds, "dashboard", "index.html"));
    expect(await page("/")).toMatchObject({ status: 503, text: expect.stringContaining("npm run build") });
  });

  test("documents its API", async () => {
    const { json } = await installation.ask({ path: "/api/openapi.json" });
    expect(json).toMatchObject({ openapi: "3.1.0", paths: { "/api/servers/{serverId}/sessions": { post: {} } } });
  });
});

describe("an app's origin", () => {
  let host: string;
  let machine: SimulatedMachine;
  beforeEach(async () => {
    machine = new SimulatedMachine(installation);
    await machine.enrol();
    await machine.connect();
    host = new URL((await openSession(installation, machine.serverId)).appOrigin).host;
  });

  const leaks = async () => (await installation.asDashboard({ path: "/api/diagnostics/leaks" })).json;

  test("serves what is ours, framed by itself and the dashboard alone", async () => {
    const boot = await installation.ask({ host, path: "/.culvert/boot", headers: navigation });
    const dashboard = installation.server.dashboardOrigin;
    expect(boot.text).toBe(
      `<body data-dashboard="${dashboard}" data-app-view="${dashboard}/app-view/${machine.serverId}/demo">boot`,
    );
    expect(policyOf(boot)).toContain(`frame-ancestors 'self' ${dashboard}`);
    expect((await installation.ask({ host, path: "/.culvert/courier" })).text).toContain("courier");
    expect((await installation.ask({ host, path: "/.culvert/shim.js" })).text).toContain("shim");
    expect(await leaks()).toEqual({ total: 0, origins: [] });
  });

  test("names a document's script by its content, and lets the browser keep exactly that for good", async () => {
    writeFileSync(join(builds, "app-origin/courier.html"), '<script src="/.culvert/shim.js" defer></script>');
    const addressOf = async () =>
      /src="([^"]+)"/.exec((await installation.ask({ host, path: "/.culvert/courier" })).text)?.[1];
    const path = String(await addressOf());
    expect(path).toMatch(/^\/\.culvert\/shim\.js\?v=[\w-]{22}$/);
    const kept = { status: 200, text: "// shim", headers: { "cache-control": "public, max-age=31536000, immutable" } };
    expect(await installation.ask({ host, path })).toMatchObject(kept);
    writeFileSync(join(builds, "app-origin/shim.js"), "// newer shim");
    expect(await addressOf()).not.toBe(path);
    const newer = { text: "// newer shim", headers: { "cache-control": "no-cache" } };
    expect(await installation.ask({ host, path }), "an address of before").toMatchObject(newer);
  });

  test("lets the worker answer for all of it, and has it asked for anew each time", async () => {
    const first = await installation.ask({ host, path: "/.culvert/sw.js" });
    expect(first.headers).toMatchObject({ "service-worker-allowed": "/", "cache-control": "no-cache" });
    const headers = { "if-none-match": String(first.headers.etag) };
    expect((await installation.ask({ host, path: "/.culvert/sw.js", headers })).status).toBe(304);
  });

  test("answers a navigation that found no worker with the boot document, and counts it", async () => {
    const answer = await installation.ask({ host, path: "/private/path?secret=1", headers: navigation });
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining("boot") });
    expect(await leaks()).toEqual({
      total: 1,
      origins: [{ appOrigin: `http://${host}`, navigations: 1, requests: 0 }],
    });
  });

  test("refuses and counts everything else, WebSockets too", async () => {
    expect((await installation.ask({ host, path: "/api/items" })).status).toBe(503);
    expect(
      (await installation.ask({ host, path: "/", method: "POST", body: { a: 1 }, headers: navigation })).status,
    ).toBe(503);
    await expect(SocketInbox.open(installation.port, "/socket", { host })).rejects.toMatchObject({ status: 404 });
    expect(await leaks()).toMatchObject({ total: 3, origins: [{ requests: 3 }] });
    expect((await installation.server.leaks()).total).toBe(3);
  });

  test("is cleared by the dashboard's frame, cookies of the whole domain left alone, and by no foreign page", async () => {
    const clear = (site: string) =>
      installation.ask({ host, path: "/.culvert/clear", headers: { ...navigation, "sec-fetch-site": site } });
    expect(await clear("same-site")).toMatchObject({
      status: 200,
      headers: { "clear-site-data": '"cache", "storage"', "cache-control": "no-store" },
    });
    for (const site of ["cross-site", "none"]) {
      const refused = await clear(site);
      expect([refused.status, refused.headers["clear-site-data"]]).toEqual([403, undefined]);
    }
    expect(await leaks()).toMatchObject({ total: 0 });
  });

  test("answers the fetch that primes a worker, and keeps it out of caches", async () => {
    const answer = await installation.ask({ host, path: "/.culvert/prime" });
    expect(answer).toMatchObject({ status: 204, headers: { "cache-control": "no-store" } });
    expect(await leaks()).toMatchObject({ total: 0 });
  });

  test("does not count a favicon, which browsers ask for by themselves", async () => {
    expect((await installation.ask({ host, path: "/favicon.ico" })).status).toBe(204);
    expect(await leaks()).toMatchObject({ total: 0 });
  });

  test("has no way to the API, whatever cookie comes along", async () => {
    const answer = await installation.asDashboard({ host, path: "/api/servers" });
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain("studio-mac");
  });

  test.each([
    "/.culvert/../../package.json",
    "/.culvert/%2e%2e/x.js",
    "/.culvert/boot.html",
    "/.culvert/",
    "/.culvert/a/b.js",
  ])("serves no other file: %s", async (path) => {
    expect((await installation.ask({ host, path })).status).toBe(404);
  });

  test("that was never given is unknown and costs no memory", async () => {
    const unknown = `demo-${"a".repeat(26)}.${installation.host}`;
    expect((await installation.ask({ host: unknown, path: "/x" })).status).toBe(404);
    expect(await leaks()).toMatchObject({ total: 0 });
  });

  test("is in no log line", () => {
    expect(installation.logLines.join("")).not.toContain(host.split(".", 1)[0]);
  });
});

describe("other host names", () => {
  test("are answered by nobody, so a rebound name reaches nothing", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${installation.port}`,
      `a.b.${installation.host}`,
      "culvert.localhost",
    ]) {
      const answer = await installation.asDashboard({ host, path: "/api/account" });
      expect([host, answer.status]).toEqual([host, 421]);
    }
  });

  test("of health checks do not matter", async () => {
    expect(await installation.ask({ host: "10.0.0.7:80", path: "/readyz" })).toMatchObject({
      status: 200,
      json: { status: "ok" },
    });
    expect(await installation.ask({ host: "10.0.0.7:80", path: "/healthz" })).toMatchObject({ status: 200 });
  });

  test("of this machine by address lead a person to the dashboard", async () => {
    const host = `127.0.0.1:${installation.port}`;
    const answer = await installation.ask({ host, path: "/", headers: navigation });
    expect(answer).toMatchObject({ status: 307, headers: { location: `${installation.server.dashboardOrigin}/` } });
    expect((await installation.asDashboard({ host, path: "/api/account" })).status).toBe(307);
  });
});
