/** A transfer over a long link brings an App View further peer connections, and they go after it. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { selectedRemotes, watchPeerConnections } from "../harness/peer-connections.ts";
import { openApp, signIn, waitForState } from "../harness/visit.ts";
import { type Link, startLink } from "../network/link.ts";

/** Paths come within seconds; a busy machine may take longer. */
const comeMs = 60_000;
/** They go 15 s after the transfer. */
const goMs = 60_000;

const part = Buffer.alloc(64 * 1024);
const server = createServer((request, response) => {
  if (request.url === "/") {
    response.writeHead(200, { "content-type": "text/html" }).end("<h1>An app</h1>");
    return;
  }
  const pump = (): void => {
    while (!response.destroyed) if (!response.write(part)) return;
  };
  response.on("drain", pump);
  pump();
});

let link: Link;
let culvert: Culvert;
let browser: Browser;
let page: Page;
let log: PageLog;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  link = await startLink({ seed: 3, conditions: { delayMs: 25 } });
  const appPort = (server.address() as AddressInfo).port;
  culvert = await startCulvert({ appPort, webrtc: "native", recording: "count", linkUrl: link.url });
  browser = await launchBrowser();
  const context = await browser.newContext();
  await watchPeerConnections(context);
  page = await context.newPage();
  log = logPage(page);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await link?.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`bulk-paths-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

const connections = async () => (await selectedRemotes(page)).length;

test("a download brings connections, all over the link, and they go after it", async () => {
  await signIn(page, culvert.signInLink);
  const app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct · /);
  expect(await connections()).toBe(1);
  const downloading = app.evaluate(async () => {
    const controller = new AbortController();
    (globalThis as { stopDownload?: () => void }).stopDownload = () => controller.abort();
    const response = await fetch("/endless", { signal: controller.signal });
    const reader = response.body?.getReader();
    let bytes = 0;
    try {
      for (let read = await reader?.read(); read?.done === false; read = await reader?.read())
        bytes += read.value.length;
    } catch {
      // Stopped below.
    }
    return bytes;
  });
  await expect.poll(connections, { timeout: comeMs }).toBeGreaterThanOrEqual(3);
  for (const remote of await selectedRemotes(page)) expect(await link.owns(remote)).toBe(true);
  await page.getByRole("button", { name: /^Connection: / }).click();
  const direct = page.getByRole("list", { name: "Paths" }).getByRole("listitem").filter({ hasText: "Direct" });
  await expect.poll(() => direct.textContent(), { timeout: comeMs }).toMatch(/Direct × [3-8].*B\/s.* ms/);
  await app.evaluate(() => (globalThis as { stopDownload?: () => void }).stopDownload?.());
  expect(await downloading).toBeGreaterThan(1_000_000);
  await expect.poll(connections, { timeout: goMs }).toBe(1);
  expect(await waitForState(page, /^Direct · /)).toMatch(/^Direct/);
});
