/**
 * Leaving an app and coming back to it: deep links, history, reloads, several tabs, a tab of the app's own. And what of an app
 * cannot work here, said by the App View. One app, one owner; the tests are one story, in order.
 */
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { eventually } from "../harness/eventually.ts";
import { countedLeaks, wireLeaks } from "../harness/leaks.ts";
import { requestsOf } from "../harness/recorded-http.ts";
import { appFrame, openApp, signIn, waitForState } from "../harness/visit.ts";
import { fixed, types } from "./conformance/pages.ts";
import { startTarget, type Target } from "./conformance/target.ts";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16"/></svg>`;

let target: Target;
let culvert: Culvert;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let app: Frame;
let log: PageLog;
/** Address of the App View, without fragment. */
let appView: string;

beforeAll(async () => {
  target = await startTarget();
  target.on("/page/*", ({ send, url }) =>
    send(
      `<!doctype html><title>Page ${url.pathname.slice(6)}</title><link rel="icon" href="/icon.svg">
       <h1>${url.pathname.slice(6)}${url.search}</h1><a href="/page/next">next</a>`,
      types.html,
    ),
  );
  target.on("/icon.svg", fixed(icon, types.svg));
  target.on("/data", fixed("data", types.text));
  culvert = await startCulvert({ appPort: target.port, webrtc: "native", recording: "bytes" });
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  log = logPage(page);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await target?.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`coming-back-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

const fragmentOf = (tab: Page) => new URL(tab.url()).hash;
const headingOf = (frame: Frame) => frame.evaluate(() => document.querySelector("h1")?.textContent);

test("a deep link opens there, query and hash with it", async () => {
  await signIn(page, culvert.signInLink);
  await openApp(page, culvert.serverLabel);
  appView = page.url().split("#", 1)[0] ?? "";
  await page.goto("about:blank");
  await page.goto(`${appView}#/page/deep?x=1#part`);
  app = await appFrame(page);
  await waitForState(page, /^Direct/);
  expect(await headingOf(app)).toBe("deep?x=1");
  expect(await app.evaluate(() => location.hash)).toBe("#part");
});

test("fragment, title and icon follow the app", async () => {
  await eventually(() => page.title()).toBe("Page deep – app");
  const data = `data:image/svg+xml;base64,${Buffer.from(icon).toString("base64")}`;
  await eventually(() => page.locator('link[rel="icon"]').getAttribute("href")).toBe(data);
  await app.evaluate(() => {
    history.pushState(null, "", "/page/deep/er?y=2");
    document.title = "Deeper";
  });
  await eventually(() => page.title()).toBe("Deeper – app");
  expect(fragmentOf(page)).toBe("#/page/deep/er?y=2");
});

test("back and forward go through the app's pages, and the fragment with them", async () => {
  await app.getByRole("link", { name: "next" }).click();
  await eventually(() => headingOf(app).catch(() => "")).toBe("next");
  await eventually(() => fragmentOf(page)).toBe("#/page/next");
  await page.goBack();
  await eventually(() => fragmentOf(page)).toBe("#/page/deep/er?y=2");
  await eventually(() => headingOf(app).catch(() => "")).toBe("deep/er?y=2");
  await page.goForward();
  await eventually(() => fragmentOf(page)).toBe("#/page/next");
  await eventually(() => headingOf(app).catch(() => "")).toBe("next");
});

test("a reload of the App View, and one of the app alone, stay where the app is", async () => {
  await app.evaluate(() => history.pushState(null, "", "/page/here?z=3#end"));
  await eventually(() => fragmentOf(page)).toBe("#/page/here?z=3#end");
  await page.reload();
  app = await appFrame(page);
  await eventually(() => headingOf(app).catch(() => "")).toBe("here?z=3");
  await waitForState(page, /^Direct/);
  const before = target.seenAt("/page/here").length;
  await page.getByRole("button", { name: "Reload the app" }).click();
  await eventually(() => target.seenAt("/page/here").length).toBe(before + 1);
  await eventually(() => app.evaluate(() => location.href).catch(() => "")).toMatch(/\/page\/here\?z=3#end$/);
});

test("two tabs of one app are each where they are, and one lives on without the other", async () => {
  const other = await context.newPage();
  await other.goto(`${appView}#/page/other`);
  await appFrame(other);
  await waitForState(other, /^Direct/);
  await eventually(() => other.title()).toBe("Page other – app");
  expect(fragmentOf(page)).toBe("#/page/here?z=3#end");
  await other.close();
  expect(await app.evaluate(async () => (await fetch("/data")).text())).toBe("data");
});

test("a tab of the app's own works while an App View is open, and leads back to one where none is", async () => {
  const opening = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open the app in a tab of its own" }).click();
  const own = await opening;
  await own.getByRole("heading", { name: "here?z=3" }).waitFor();
  expect(new URL(own.url()).host).toMatch(/\.culvert\.localhost:/);
  expect(await own.evaluate(async () => (await fetch("/data")).text())).toBe("data");
  // Browsers ask for a tab's icon past the service worker: at an address of its own the operator would be asked.
  await eventually(() => own.locator('link[rel="icon"]').getAttribute("href")).toMatch(/^blob:/);
  await page.goto("about:blank");
  await own.getByRole("link", { name: "next" }).click();
  await own.waitForURL(`${appView}#/page/next`);
  app = await appFrame(own);
  await eventually(() => headingOf(app).catch(() => "")).toBe("next");
  await page.close();
  page = own;
  await waitForState(page, /^Direct/);
});

test("what cannot work here is said, with its reason", async () => {
  const outcome = await app.evaluate(async () => {
    const request = new XMLHttpRequest();
    request.open("GET", "/data", false);
    try {
      request.send();
    } catch (fault) {
      return (fault as Error).name;
    }
    return "sent";
  });
  expect(outcome).toBe("NetworkError");
  const badge = page.getByRole("button", { name: /not work here$/ });
  await badge.waitFor();
  // A port that browsers refuse by themselves: nobody's program is asked for anything.
  await app.evaluate(() => fetch("http://localhost:9/api").catch(() => undefined));
  await app.evaluate(() => {
    try {
      new WebSocket("ws://localhost:7/live");
    } catch {
      // As the browser likes.
    }
  });
  await eventually(() => badge.getAttribute("aria-label")).toBe("3 things do not work here");
  await badge.click();
  const list = page.getByRole("dialog", { name: "3 things do not work here" });
  await list.getByRole("heading", { name: "A request that waits" }).waitFor();
  await list.getByRole("heading", { name: "Another program on that machine" }).waitFor();
  expect(await list.locator("code").allInnerTexts()).toEqual(["/data", "http://localhost:9", "ws://localhost:7"]);
});

test("the operator was never asked for anything of the app's", async () => {
  expect(await countedLeaks(page)).toMatchObject({ total: 0 });
  expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
  const asked = requestsOf(culvert.recorder.connections()).map(({ path }) => path);
  expect(asked.filter((path) => /^\/page\/|icon\.svg/.test(path))).toEqual([]);
});
