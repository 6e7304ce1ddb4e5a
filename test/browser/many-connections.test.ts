/** Chromium counts closed peer connections until it collects garbage, and refuses the five hundredth: a path comes all the same. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { closePeerConnections, watchPeerConnections } from "../harness/peer-connections.ts";
import { openApp, signIn, waitForState } from "../harness/visit.ts";

const showcase = createShowcase();
let culvert: Culvert;
let browser: Browser;
let page: Page;
let log: PageLog;

beforeAll(async () => {
  culvert = await startCulvert({ appPort: await showcase.listen(0), webrtc: "native", recording: "count" });
  browser = await launchBrowser();
  const context = await browser.newContext();
  await watchPeerConnections(context);
  page = await context.newPage();
  log = logPage(page);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await showcase.close();
});

test("a lost path is replaced in a page that has made all connections that the browser allows", async () => {
  keepOnFailure("many-connections", page, { console: () => log.lines, ...culvert.logs });
  await signIn(page, culvert.signInLink);
  await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  expect(await page.evaluate(useUpConnections)).toContain("so many");
  expect(await closePeerConnections(page)).toBeGreaterThan(0);
  await waitForState(page, /^(?!Direct)/);
  await waitForState(page, /^Direct/);
});

/** Makes and closes connections until the browser refuses one; returns its words. Runs in the page. */
function useUpConnections(): string {
  for (let made = 0; made < 2_000; made += 1) {
    try {
      new RTCPeerConnection().close();
    } catch (fault) {
      return String(fault);
    }
  }
  return "no connection was refused";
}
