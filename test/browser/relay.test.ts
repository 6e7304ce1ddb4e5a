/** An app over the relay alone, in a browser that no direct path reaches; then over a direct path, once one can come up. */
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createShowcase, type Showcase } from "../apps/showcase/showcase.ts";
import { keepOnFailure, launchBrowser, logPage } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { countedLeaks } from "../harness/leaks.ts";
import { openApp, signIn, waitForState } from "../harness/visit.ts";

const downloadBytes = 5 * 1024 * 1024;
/** Large enough that it is under way through all cuts. */
const largeBytes = 60 * 1024 * 1024;
const cuts = 3;
/** An attempt under way fails after 15 s, and the next one comes within 10 s. */
const directMs = 60_000;

let showcase: Showcase;
let culvert: Culvert;
let browser: Browser;
let page: Page;

beforeEach(async ({ task }) => {
  showcase = createShowcase();
  const appPort = await showcase.listen(0);
  culvert = await startCulvert({ appPort, webrtc: "native", recording: "count", relayPolicy: "full" });
  browser = await launchBrowser();
  const context = await browser.newContext();
  await context.addInitScript(hideCandidates);
  page = await context.newPage();
  const log = logPage(page);
  keepOnFailure(`relay-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});
afterEach(async () => {
  await browser?.close();
  await culvert?.stop();
  await showcase.close();
});

test("opens over the relay, carries an app, and moves to a direct path", async () => {
  await signIn(page, culvert.signInLink);
  const app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Relay · \d+ ms \(trying direct\)$/);
  const expected = await (await fetch(`${culvert.appAddress}/api/downloads/${downloadBytes}`)).json();
  expect(await app.evaluate(hashOf, `/download/${downloadBytes}`)).toBe(expected.sha256);

  await page.evaluate(() => Object.assign(window, { showsCandidates: true }));
  await waitForState(page, /^Direct/, directMs);
  expect(await app.evaluate(hashOf, `/download/${downloadBytes}`)).toBe(expected.sha256);
  expect(await countedLeaks(page)).toMatchObject({ total: 0 });
});

test("a download over the relay goes on when all sockets to signaling are cut, again and again", async () => {
  await signIn(page, culvert.signInLink);
  const app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Relay/);
  const expected = await (await fetch(`${culvert.appAddress}/api/downloads/${largeBytes}`)).json();
  await app.evaluate(startHashing, `/download/${largeBytes}`);
  for (let cut = 1; cut <= cuts; cut += 1) {
    const seen = culvert.recorder.byteCount;
    await expect.poll(() => culvert.recorder.byteCount - seen, { timeout: 30_000 }).toBeGreaterThan(1024 * 1024);
    expect(await app.evaluate(isHashing)).toBe(true);
    culvert.recorder.cut();
  }
  expect(await app.evaluate(hashed)).toBe(expected.sha256);
});

/** Peer connections find no address, as where UDP is blocked, until the page's `showsCandidates` is set. */
function hideCandidates(): void {
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      const isShown = Reflect.get(window, "showsCandidates") === true;
      super(isShown ? configuration : { ...configuration, iceTransportPolicy: "relay" });
    }
  };
}

/** SHA-256 of what the app downloads, in hex. */
async function hashOf(path: string): Promise<string> {
  const bytes = await (await fetch(path)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Starts the hash of a download in the page; it ends up in `window.hashing`. */
function startHashing(path: string): void {
  const state: { isOver: boolean; hash?: Promise<string> } = { isOver: false };
  const run = async (): Promise<string> => {
    const bytes = await (await fetch(path)).arrayBuffer();
    state.isOver = true;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  state.hash = run();
  Object.assign(window, { hashing: state });
}

function isHashing(): boolean {
  return !Reflect.get(window, "hashing").isOver;
}

function hashed(): Promise<string> {
  return Reflect.get(window, "hashing").hash;
}
