/**
 * Apps at ports of the dashboard's host, where the browser sends the session's cookie to every port: a hostile app tries
 * the dashboard by it, and a foreign program on the host has the cookie itself. The key that the session is bound to is
 * the dashboard origin's alone, so both get nothing.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocket as NodeSocket } from "ws";
import { askDashboard } from "../../harness/ask-dashboard.ts";
import { keepOnFailure, launchBrowser, logPage } from "../../harness/browser.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { openApp, signIn, waitForState } from "../../harness/visit.ts";
import { type HostileApp, startHostileApp } from "./hostile-app.ts";

const sessionCookie = "culvert.session_token";

let hostile: HostileApp;
let culvert: Culvert;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let app: Frame;
let dashboard: string;

beforeAll(async () => {
  hostile = await startHostileApp();
  culvert = await startCulvert({ appPort: hostile.port, webrtc: "native", recording: "count", layout: "port" });
  dashboard = culvert.dashboardOrigin;
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await hostile?.close();
});
beforeEach(({ task }) => {
  const log = logPage(page);
  keepOnFailure(`other-port-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});
/** The owner is still signed in, with one server and one session. */
afterEach(async () => {
  expect((await askDashboard(page, "/api/account")).status).toBe(200);
  const { json } = await askDashboard(page, "/api/servers");
  expect((json as { servers: { label: string }[] }).servers.map(({ label }) => label)).toEqual(["test-laptop"]);
  const sessions = (await askDashboard(page, "/api/sessions")).json as { sessions: unknown[] };
  expect(sessions.sessions).toHaveLength(1);
});

test("the owner opens it, at another port of the dashboard's own host", async () => {
  await signIn(page, culvert.signInLink);
  app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  const [origin, own] = [new URL(app.url()), new URL(dashboard)];
  expect([origin.hostname, origin.port === own.port]).toEqual([own.hostname, false]);
});

/** The session's cookie as a program on another port of the host receives it: by being visited. */
async function stolenCookie(): Promise<string> {
  const received = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    received.resolve(request.headers.cookie ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await app.evaluate((to) => {
    new Image().src = to;
  }, `http://localhost:${port}/`);
  const cookie = await received.promise;
  server.close();
  return cookie;
}

test("the cookie that a program at a third port is sent opens neither API nor WebSocket", async () => {
  const cookie = await stolenCookie();
  expect(cookie, "the browser sends it to every port").toContain(sessionCookie);
  const forged = { cookie, origin: dashboard, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };
  for (const path of ["/api/account", "/api/servers", "/api/audit/export", "/api/servers/events", "/api/sessions"]) {
    const answer = await fetch(dashboard + path, { headers: forged });
    expect([path, answer.status]).toEqual([path, 401]);
    await answer.body?.cancel();
  }
  const asDocument = await fetch(`${dashboard}/api/servers`, { headers: { cookie, "sec-fetch-dest": "document" } });
  expect(asDocument.status).toBe(401);
  const refusals = [];
  for (const protocols of [[], ["culvert"], ["culvert", "culvert-proof.made.up.one"]]) {
    refusals.push(await dial(protocols, { cookie, origin: dashboard }));
  }
  expect(refusals).toEqual([401, 401, 401]);
});

/** Status of the refusal, 101 where a socket opens. */
function dial(protocols: string[], headers: Record<string, string>): Promise<number> {
  const socket = new NodeSocket(`${dashboard.replace("http", "ws")}/api/signaling/viewer`, protocols, { headers });
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", (error) => (socket.readyState === NodeSocket.CLOSING ? undefined : reject(error)));
  });
}

test("that cookie with a key of the thief's own gets no proof", async () => {
  const cookie = await stolenCookie();
  const forged = { cookie, "sec-fetch-site": "same-origin", "content-type": "application/json" };
  const { challenge } = (await (await fetch(`${dashboard}/api/auth/challenge`, { headers: forged })).json()) as {
    challenge: string;
  };
  const { SignJWT, generateKeyPair, exportJWK } = await import("jose");
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const signed = await new SignJWT({ aud: dashboard, nonce: challenge })
    .setProtectedHeader({ alg: "ES256", typ: "culvert-key+jwt", jwk: await exportJWK(publicKey) })
    .sign(privateKey);
  const answer = await fetch(`${dashboard}/api/auth/proofs`, {
    method: "POST",
    headers: forged,
    body: JSON.stringify({ signed }),
  });
  expect(answer.status).toBe(401);
});

test("the app's own script reaches neither the API, nor a socket, nor the key", async () => {
  const outcomes = await app.evaluate(
    async ({ origin, socketOrigin }) => {
      const bare = document.createElement("iframe");
      bare.src = "/.culvert/courier";
      document.body.append(bare);
      await new Promise((resolve) => bare.addEventListener("load", resolve, { once: true }));
      const natives = [window, bare.contentWindow as Window & typeof globalThis];
      const asked: string[] = [];
      const name = (fault: Error): string => fault.name;
      for (const native of natives) {
        for (const [path, init] of [
          ["/api/servers", { credentials: "include" }],
          ["/api/auth/challenge", { credentials: "include" }],
          ["/api/auth/proofs", { method: "POST", credentials: "include", body: "{}" }],
          ["/api/auth/sign-in/code", { method: "POST", credentials: "include", mode: "no-cors", body: "{}" }],
        ] as [string, RequestInit][]) {
          asked.push(await native.fetch(origin + path, init).then(({ type, status }) => `${type} ${status}`, name));
        }
        asked.push(
          await new Promise<string>((resolve) => {
            try {
              const socket = new native.WebSocket(`${socketOrigin}/api/signaling/viewer`, ["culvert"]);
              socket.onopen = () => resolve("open");
              socket.onerror = () => resolve("refused");
            } catch (fault) {
              resolve((fault as Error).name);
            }
          }),
        );
      }
      const databases = (await indexedDB.databases()).map((database) => database.name);
      return { asked, hasKey: databases.includes("culvert-sign-in") };
    },
    { origin: dashboard, socketOrigin: dashboard.replace("http", "ws") },
  );
  expect(outcomes.asked.filter((outcome) => /^(basic|cors|default|open)/.test(outcome))).toEqual([]);
  expect(outcomes.asked).toHaveLength(10);
  expect(outcomes.hasKey).toBe(false);
});

test("a session of the attacker's choice, planted for the whole host, signs nobody in and costs one answer", async () => {
  const { hostname } = new URL(dashboard);
  const planted = { name: sessionCookie, value: "of.the.attacker", domain: hostname, path: "/api" };
  await context.addCookies([planted]);
  const first = (await askDashboard(page, "/api/account")).status;
  expect([200, 401]).toContain(first);
  expect((await askDashboard(page, "/api/account")).status).toBe(200);
  const left = (await context.cookies()).filter(({ name, value }) => name === planted.name && value === planted.value);
  expect(left).toEqual([]);
});

test("cookies of other programs on the host are left alone until they are too much, and then the page still loads", async () => {
  const { hostname } = new URL(dashboard);
  await context.addCookies([{ name: "jupyter", value: "1", domain: hostname, path: "/" }]);
  await askDashboard(page, "/api/account");
  expect((await context.cookies()).some(({ name }) => name === "jupyter")).toBe(true);
  const bomb = Array.from({ length: 100 }, (_, index) => ({ name: `bomb${index}`, value: "x".repeat(900) }));
  await context.addCookies(bomb.map((cookie) => ({ ...cookie, domain: hostname, path: "/" })));
  const response = await (await context.newPage()).goto(`${dashboard}/`);
  expect(response?.status()).toBe(200);
  expect((await context.cookies()).filter(({ name }) => name.startsWith("bomb"))).toEqual([]);
  expect((await context.cookies()).some(({ name }) => name === sessionCookie)).toBe(true);
});
