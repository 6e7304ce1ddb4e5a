/** A stranger's app, unmodified: Vite's React template on Vite's dev server, edited while it is open. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { eventually } from "../harness/eventually.ts";
import { countedLeaks, wireLeaks } from "../harness/leaks.ts";
import { openApp, signIn } from "../harness/visit.ts";
import { startViteApp, type ViteApp } from "../harness/vite-app.ts";

let vite: ViteApp;
let culvert: Culvert;
let browser: Browser;
let page: Page;
let log: PageLog;

beforeAll(async () => {
  vite = await startViteApp();
  culvert = await startCulvert({ appPort: vite.port, webrtc: "native", recording: "bytes" });
  browser = await launchBrowser();
  page = await browser.newPage();
  log = logPage(page);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await vite?.stop();
});
beforeEach(({ task }) => {
  keepOnFailure(`vite-hmr-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

test("an edited source file shows without a reload, and the page keeps its state", async () => {
  await signIn(page, culvert.signInLink);
  const app = await openApp(page, culvert.serverLabel);
  const counter = app.getByRole("button", { name: /^count is/ });
  await counter.click();
  await counter.click();
  await eventually(() => log.lines.some((line) => line.includes("[vite] connected"))).toBe(true);
  await app.evaluate(() => Object.assign(window, { isSamePage: true }));

  vite.edit("src/App.jsx", "<h1>Vite + React</h1>", "<h1>Edited while open</h1>");
  await app.getByRole("heading", { name: "Edited while open" }).waitFor();
  expect(await counter.textContent()).toBe("count is 2");

  vite.edit("src/index.css", "margin: 0", "margin: 7px");
  await eventually(() => app.evaluate(() => getComputedStyle(document.body).margin)).toBe("7px");

  expect(await app.evaluate(() => Reflect.get(window, "isSamePage"))).toBe(true);
  expect(await countedLeaks(page)).toMatchObject({ total: 0 });
  expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
});
