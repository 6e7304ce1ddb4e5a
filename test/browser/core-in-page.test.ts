/** Browsers that cannot transfer a data channel run the tunnel's core in the page; the app notices nothing. */
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { countedLeaks } from "../harness/leaks.ts";
import { openApp, signIn, waitForState } from "../harness/visit.ts";

const downloadBytes = 8 * 1024 * 1024;
const showcase = createShowcase();
const workers: string[] = [];
let culvert: Culvert;
let browser: Browser;
let page: Page;
let log: PageLog;

beforeAll(async () => {
  culvert = await startCulvert({ appPort: await showcase.listen(0), webrtc: "native", recording: "count" });
  browser = await launchBrowser();
  page = await browser.newPage();
  log = logPage(page);
  page.on("worker", (worker) => workers.push(worker.url()));
  await page.addInitScript(refuseChannels);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await showcase.close();
});

test("an app is opened and served without a worker of ours in the page", async () => {
  keepOnFailure("core-in-page", page, { console: () => log.lines, ...culvert.logs });
  await signIn(page, culvert.signInLink);
  const app: Frame = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  const received = await app.evaluate(async (bytes) => {
    const answer = await fetch(`/download/${bytes}`);
    return (await answer.arrayBuffer()).byteLength;
  }, downloadBytes);
  expect(received).toBe(downloadBytes);
  expect(workers.filter((url) => url.startsWith(culvert.dashboardOrigin))).toEqual([]);
  expect(await countedLeaks(page)).toMatchObject({ total: 0 });
});

/** Runs in the page before its scripts: answers a transfer of a channel as an older browser does. */
function refuseChannels(): void {
  const native = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: unknown[]): void {
    if (message instanceof RTCDataChannel) throw new DOMException("A channel cannot be transferred.", "DataCloneError");
    Reflect.apply(native, this, [message, ...rest]);
  };
}
