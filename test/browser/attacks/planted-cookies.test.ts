/**
 * A hostile app plants cookies on the dashboard's host, which a browser lets it do: to pass its own session off as the
 * owner's, and to push the owner's out. Nobody is ever signed in as somebody else; at worst the owner signs in once more.
 */
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage } from "../../harness/browser.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { openApp, signIn } from "../../harness/visit.ts";
import { type HostileApp, startHostileApp } from "./hostile-app.ts";

let hostile: HostileApp;
let culvert: Culvert;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let app: Frame;

beforeEach(async ({ task }) => {
  hostile = await startHostileApp();
  culvert = await startCulvert({ appPort: hostile.port, webrtc: "native", recording: "count" });
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  const log = logPage(page);
  keepOnFailure(`planted-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
  await signIn(page, culvert.signInLink);
  app = await openApp(page, culvert.serverLabel);
});
afterEach(async () => {
  await browser?.close();
  await culvert?.stop();
  await hostile?.close();
});

/**
 * Cookies for the dashboard's host and those below it, as a script on the app's origin may set them once it has found a
 * window that our page shim did not reach.
 */
function plant(
  cookies: readonly { readonly name: string; readonly value: string; readonly path?: string }[],
): Promise<void> {
  const domain = `.${new URL(culvert.dashboardOrigin).hostname}`;
  return context.addCookies(cookies.map(({ path = "/", ...cookie }) => ({ ...cookie, path, domain })));
}

const onHost = async (): Promise<{ name: string; domain: string }[]> =>
  (await context.cookies()).map(({ name, domain }) => ({ name, domain }));

/** What the dashboard's own script gets, time after time, until it is as it should be. */
const account = () => page.evaluate(async () => ({ status: (await fetch("/api/account")).status }));

test("a session of the app's choice is never taken for the owner's, and is gone after one answer", async () => {
  const planted = { name: "culvert.session_token", value: "of.the.attacker" };
  await plant([planted, { ...planted, path: "/api" }]);
  // The attack worked so far: the browser sends both, the planted one first where its path is longer.
  expect((await onHost()).filter(({ name, domain }) => name === planted.name && domain.startsWith(".")).length).toBe(2);
  const answers = [];
  for (let count = 0; count < 3; count += 1) answers.push((await account()).status);
  expect(answers).toEqual([401, 200, 200]);
  expect((await onHost()).filter(({ domain }) => domain.startsWith("."))).toEqual([]);
});

test("a bomb of cookies costs the owner at most one new sign-in, and heals", async () => {
  const bomb = Array.from({ length: 170 }, (_, index) => ({ name: `bomb${index}`, value: "x".repeat(700) }));
  await plant(bomb);
  expect((await onHost()).filter(({ name }) => name.startsWith("bomb")).length).toBeGreaterThan(30);
  const response = await page.goto(`${culvert.dashboardOrigin}/`);
  expect(response?.status()).toBe(200);
  await account();
  expect((await onHost()).filter(({ name }) => name.startsWith("bomb"))).toEqual([]);
  const { status } = await account();
  expect([200, 401]).toContain(status);
  // Whatever came of it, the next sign-in holds.
  if (status === 401) await page.getByRole("heading", { name: /sign in/i }).waitFor();
  else await page.getByRole("heading", { name: "Servers" }).waitFor();
});

test("cookies set by a script are seen by the app's own server alone, not by the dashboard", async () => {
  await app.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: it is what is tested
    document.cookie = "culvert.session_token=of.the.attacker; Domain=culvert.localhost; Path=/";
  });
  expect(await account()).toEqual({ status: 200 });
});
