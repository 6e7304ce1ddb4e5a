/**
 * A foreign site in the browser of an owner who is signed in and has an app open: it navigates, posts, frames, fetches and
 * opens sockets, at the dashboard and at the app's origin. Nothing changes, and the app never sees its own Strict cookie.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage } from "../../harness/browser.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { openApp, signIn, waitForState } from "../../harness/visit.ts";
import { appCookie, type HostileApp, startHostileApp } from "./hostile-app.ts";

let victim: HostileApp;
let culvert: Culvert;
let foreign: Server;
let foreignOrigin: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let app: Frame;
let dashboard: string;
let appOrigin: string;

beforeAll(async () => {
  victim = await startHostileApp();
  culvert = await startCulvert({ appPort: victim.port, webrtc: "native", recording: "count" });
  dashboard = culvert.dashboardOrigin;
  foreign = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Foreign</title>");
  });
  await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
  foreignOrigin = `http://foreign.localhost:${(foreign.address() as AddressInfo).port}`;
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await victim?.close();
  foreign?.close();
  foreign?.closeAllConnections();
});
beforeEach(({ task }) => {
  const log = logPage(page);
  keepOnFailure(`foreign-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

/** A page of the foreign site in the owner's browser. */
async function foreignPage(): Promise<Page> {
  const strange = await context.newPage();
  await strange.goto(foreignOrigin);
  return strange;
}

/** Posts a form from a page, as a navigation, and waits for what comes. */
async function post(from: Page, action: string): Promise<number | undefined> {
  const answered = from.waitForResponse((response) => response.url().startsWith(action));
  await from.evaluate((to) => {
    const form = Object.assign(document.createElement("form"), { method: "POST", action: to });
    form.innerHTML = '<input name="label" value="stolen">';
    document.body.append(form);
    form.submit();
  }, action);
  return (await answered).status();
}

/** The owner's sessions as signaling lists them, without what the agent tells of its own accord. */
async function sessions(): Promise<readonly object[]> {
  const list = await page.evaluate(async () => (await fetch("/api/sessions")).json());
  return list.sessions.map((session: { way: unknown }) => ({ ...session, way: undefined }));
}

test("the owner opens the app", async () => {
  await signIn(page, culvert.signInLink);
  app = await openApp(page, culvert.serverLabel);
  appOrigin = new URL(app.url()).origin;
  await waitForState(page, /^Direct/);
  await app.evaluate(async () => (await fetch("/signed-in")).text());
  expect(victim.seen.at(-1)?.headers.cookie).toContain(appCookie.value);
});

test("posting to the API is refused whatever it asks for", async () => {
  for (const path of ["/api/enrollments", "/api/servers/x/sessions", "/api/auth/sign-out", "/api/auth/sign-in/code"]) {
    const strange = await foreignPage();
    expect(await post(strange, dashboard + path), path).toBe(403);
    await strange.close();
  }
  expect(await page.evaluate(async () => (await fetch("/api/account")).status)).toBe(200);
});

test("a link to the API shows its visitor data at most, and changes nothing", async () => {
  const strange = await foreignPage();
  const before = await sessions();
  await strange.goto(`${dashboard}/api/servers`, { referer: foreignOrigin });
  expect(await sessions()).toEqual(before);
  await strange.close();
});

test("fetches with the owner's cookie give it nothing, and sockets do not open", async () => {
  const strange = await foreignPage();
  const outcomes = await strange.evaluate(
    async ({ to, appTo }) => {
      const text = async (url: string, init: RequestInit) =>
        fetch(url, init).then(
          async (answer) => `${answer.type} ${(await answer.text()).length}`,
          (fault: Error) => fault.name,
        );
      const socket = (url: string) =>
        new Promise<string>((resolve) => {
          const opening = new WebSocket(url.replace("http", "ws"));
          opening.onopen = () => resolve("open");
          opening.onerror = () => resolve("refused");
        });
      return Promise.all([
        text(`${to}/api/servers`, { credentials: "include" }),
        text(`${to}/api/servers`, { credentials: "include", mode: "no-cors" }),
        text(`${to}/api/enrollments`, { method: "POST", credentials: "include", mode: "no-cors" }),
        text(`${appTo}/.culvert/courier`, { credentials: "include" }),
        text(`${appTo}/data`, { credentials: "include", mode: "no-cors" }),
        socket(`${to}/api/signaling/viewer`),
        socket(`${to}/api/signaling/share`),
        socket(`${to}/api/signaling/agent`),
        socket(`${appTo}/socket`),
      ]);
    },
    { to: dashboard, appTo: appOrigin },
  );
  for (const outcome of outcomes) expect(outcome).toMatch(/^(TypeError|opaque 0|refused)$/);
  await strange.close();
});

test("neither the dashboard nor the app can be framed", async () => {
  const strange = await foreignPage();
  for (const target of [
    `${dashboard}/`,
    `${appOrigin}/`,
    `${appOrigin}/.culvert/courier`,
    `${appOrigin}/.culvert/boot`,
  ]) {
    await strange.evaluate(async (src) => {
      const frame = Object.assign(document.createElement("iframe"), { src });
      document.body.append(frame);
      await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
    }, target);
  }
  const shown = [];
  for (const frame of strange.frames().slice(1)) {
    shown.push(await frame.evaluate(() => document.body.innerText).catch(() => "closed"));
  }
  for (const words of shown) expect(words).not.toMatch(/Harmless|Servers|Sign in/);
  await strange.close();
});

test("a popup of the dashboard is cut off from the page that opened it", async () => {
  const strange = await foreignPage();
  const opening = context.waitForEvent("page");
  const handle = await strange.evaluateHandle((to) => window.open(to, "victim"), `${dashboard}/`);
  const popup = await opening;
  await popup.waitForLoadState("domcontentloaded");
  expect(await popup.evaluate(() => window.opener)).toBeNull();
  expect(await handle.evaluate((opened) => opened?.closed)).toBe(true);
  await popup.close();
  await strange.close();
});

test.each([
  ["a boot document", (path: string) => `${appOrigin}/.culvert/boot#${path}`],
  ["a deep link of the dashboard", (path: string) => `${page.url().split("#", 1)[0]}#${path}`],
])("what it leads to by %s is as foreign to the app as its own links", async (_way, addressOf) => {
  const strange = await foreignPage();
  const path = `/led-${victim.seen.length}`;
  await strange.evaluate((to) => {
    location.href = to;
  }, addressOf(path));
  await expect.poll(() => victim.seen.some((request) => request.path === path), { timeout: 30_000 }).toBe(true);
  const [{ headers } = { headers: {} as Record<string, string> }] = victim.seen.filter((one) => one.path === path);
  expect(headers["sec-fetch-site"]).toBe("cross-site");
  expect(headers.cookie ?? "").not.toContain(appCookie.value);
  // Chromium loses the closing of a page that is about to commit a document, and the page stays.
  const shown = () => strange.frames().some((frame) => URL.parse(frame.url())?.pathname === path);
  await expect.poll(shown, { timeout: 30_000 }).toBe(true);
  await strange.close();
});

test("what the owner opens by the App View is their own", async () => {
  await page.getByLabel("Path in the app").fill("/typed");
  await page.getByLabel("Path in the app").press("Enter");
  await expect.poll(() => victim.seen.some(({ path }) => path === "/typed"), { timeout: 30_000 }).toBe(true);
  const typed = victim.seen.find(({ path }) => path === "/typed");
  expect(typed?.headers["sec-fetch-site"]).toBe("none");
  expect(typed?.headers.cookie).toContain(appCookie.value);
  const shown = () => app.evaluate(() => [location.pathname, document.referrer]).catch(() => []);
  await expect.poll(shown, { timeout: 30_000 }).toEqual(["/typed", ""]);
});

test("what it makes the app receive is marked as cross-site and has no Strict cookie", async () => {
  const strange = await foreignPage();
  const before = victim.seen.length;
  await strange.evaluate((to) => {
    location.href = to;
  }, `${appOrigin}/from-a-link`);
  await strange.getByText("Harmless").waitFor();
  await strange.goto(foreignOrigin);
  await post(strange, `${appOrigin}/transfer`);
  await strange.waitForLoadState("load");
  const caused = victim.seen.slice(before).filter(({ path }) => /from-a-link|transfer/.test(path));
  expect(caused.map(({ path }) => path)).toContain("/from-a-link");
  for (const { headers, path } of caused) {
    expect(headers["sec-fetch-site"], path).toBe("cross-site");
    expect(headers.cookie ?? "", path).not.toContain(appCookie.value);
  }
  await strange.close();
});
