/**
 * An app opened in Chromium while an impaired link lies between the browser and the agent's data channels. The tests of one
 * library are one story, in order.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { selectedRemotes, watchPeerConnections } from "../harness/peer-connections.ts";
import { openApp, signIn, waitForState } from "../harness/visit.ts";
import { type Link, startLink } from "../network/link.ts";

const bodyBytes = 512 * 1024;

describe.each(["native", "werift"] as const)("by %s", (webrtc) => {
  const server = createServer((request, response) => {
    if (request.url === "/") response.writeHead(200, { "content-type": "text/html" }).end("<h1>An app</h1>");
    else response.end(Buffer.alloc(bodyBytes, request.url));
  });
  let link: Link;
  let culvert: Culvert;
  let browser: Browser;
  let page: Page;
  let app: Frame;
  let log: PageLog;

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    link = await startLink({ seed: 3, conditions: { delayMs: 40 } });
    const appPort = (server.address() as AddressInfo).port;
    culvert = await startCulvert({ appPort, webrtc, recording: "count", linkUrl: link.url });
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
    keepOnFailure(`impaired-link-${webrtc}-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
  });

  const load = (path: string) =>
    app.evaluate(async (address) => (await (await fetch(address)).arrayBuffer()).byteLength, path);

  test("the data channel leads to the link, and the state line shows its round trip", async () => {
    await signIn(page, culvert.signInLink);
    app = await openApp(page, culvert.serverLabel);
    const state = await waitForState(page, /^Direct · /);
    expect(Number(/([\d.]+) ms$/.exec(state)?.[1])).toBeGreaterThanOrEqual(80);
    const remotes = await selectedRemotes(page);
    expect(remotes).toHaveLength(1);
    for (const remote of remotes) expect(await link.owns(remote)).toBe(true);
  });

  test("what the app sends goes over the link, every byte of it", async () => {
    const before = (await link.counters())["to-viewer"].deliveredBytes;
    expect(await load("/bytes")).toBe(bodyBytes);
    expect((await link.counters())["to-viewer"].deliveredBytes - before).toBeGreaterThan(bodyBytes);
  });

  test("an answer that a black hole swallowed comes when the link is healed", async () => {
    await link.blackHole("to-viewer");
    const loading = load("/bytes?again");
    await expect.poll(async () => (await link.counters())["to-viewer"].dropped["black-hole"]).toBeGreaterThan(0);
    await link.heal();
    expect(await loading).toBe(bodyBytes);
  });
});
