/** The HTTP cache of the App View: what a second visit costs, and what clears or breaks the cache. Counted at the app. */
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AssetApp, clearPath, startAssetApp } from "../harness/asset-app.ts";
import { keepOnFailure, launchBrowser } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { eventually } from "../harness/eventually.ts";
import { stopServiceWorkers } from "../harness/service-workers.ts";
import { appFrame, openApp, signIn } from "../harness/visit.ts";

let app: AssetApp;
let culvert: Culvert;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let askedAtMs = 0;

beforeAll(async () => {
  app = await startAssetApp();
  culvert = await startCulvert({ appPort: app.port, webrtc: "native", recording: "count" });
  browser = await launchBrowser();
  context = await browser.newContext();
  page = await context.newPage();
  await signIn(page, culvert.signInLink);
  await openApp(page, culvert.serverLabel);
});

afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await app?.close();
});

/** Visits a page of the app in a tab of its own, with a tunnel of its own, until all is there; what the app sent for it. */
async function visit(path: string): Promise<{ readonly statuses: Readonly<Record<string, number>>; bytes: number }> {
  app.takeSent();
  askedAtMs = Date.now();
  const tab = await context.newPage();
  try {
    await tab.goto(`${page.url().split("#", 1)[0]}#${path}`);
    await allThere(await appFrame(tab));
  } finally {
    await tab.close();
  }
  const { requests, bytes } = app.takeSent();
  const statuses: Record<string, number> = {};
  for (const { status } of requests) statuses[status] = (statuses[status] ?? 0) + 1;
  return { statuses, bytes };
}

async function allThere(frame: Frame): Promise<void> {
  await frame.waitForFunction(() => "allThereMs" in window, undefined, { timeout: 60_000 });
}

/**
 * Resolves when the worker has stored so many answers below a path since the app was asked last: it does so when its pages
 * ask for nothing more.
 */
async function stored(path: string, least: number): Promise<void> {
  const frame = await appFrame(page);
  await eventually(() => frame.evaluate(countStored, { path, askedAtMs }), 60_000).toBeGreaterThanOrEqual(least);
}

/** In a page: the answers below a path that the worker's cache has got or used since a time. */
async function countStored({ path, askedAtMs }: { path: string; askedAtMs: number }): Promise<number> {
  const opened = indexedDB.open("culvert-http-cache");
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    opened.onsuccess = () => resolve(opened.result);
    opened.onerror = () => reject(opened.error);
  });
  try {
    if (!database.objectStoreNames.contains("uses")) return 0;
    const listing = database.transaction("uses").objectStore("uses").getAll();
    const uses = await new Promise<readonly { url: string; usedAtMs: number }[]>((resolve) => {
      listing.onsuccess = () => resolve(listing.result);
    });
    return uses.filter(({ url, usedAtMs }) => url.includes(path) && usedAtMs >= askedAtMs).length;
  } finally {
    database.close();
  }
}

test("a second visit of a bundled 5 MB app takes 304 answers, or nothing where files last", async () => {
  keepOnFailure("second-visit", page, culvert.logs);
  const first = await visit("/bundle/etag/a/");
  expect(first.statuses).toEqual({ 200: 12 });
  expect(first.bytes).toBeGreaterThan(4_900_000);
  await stored("/bundle/etag/", 12);
  const second = await visit("/bundle/etag/a/");
  expect(second).toEqual({ statuses: { 304: 12 }, bytes: 0 });

  expect((await visit("/bundle/immutable/a/")).statuses).toEqual({ 200: 12 });
  await stored("/bundle/immutable/", 12);
  await stopServiceWorkers(page);
  expect(await visit("/bundle/immutable/a/")).toEqual({ statuses: { 304: 1 }, bytes: 0 });
});

test("the app's own caches and databases are its own; it empties ours as a browser's, and deletes it by name without harm", async () => {
  const frame = await appFrame(page);
  const path = "/sixty/immutable/own/data0.json";
  const ask = async (): Promise<number> => {
    app.takeSent();
    askedAtMs = Date.now();
    expect(await frame.evaluate(async (to) => (await (await fetch(to)).json()).filler.length, path)).toBe(10_240);
    return app.takeSent().requests.length;
  };
  expect(await ask()).toBe(1);
  await stored(path, 1);
  expect(await ask()).toBe(0);
  const seen = await frame.evaluate(async (to) => {
    const worker = new Worker(
      URL.createObjectURL(
        new Blob([
          `caches.match("${location.origin}${to}").then(async (found) => postMessage([found === undefined, await caches.keys()]))`,
        ]),
      ),
    );
    const inWorker = await new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
    await (await caches.open("own")).put("/mine", new Response("mine"));
    const inDocument = [
      (await caches.match(to)) === undefined,
      await (await caches.match("/mine"))?.text(),
      await caches.keys(),
      (await indexedDB.databases()).map(({ name }) => name),
    ];
    await caches.delete("own");
    return { inWorker, inDocument };
  }, path);
  expect(seen).toEqual({ inWorker: [true, []], inDocument: [true, "mine", ["own"], []] });

  await frame.evaluate(async (to) => (await fetch(to)).text(), clearPath);
  expect(await ask()).toBe(1);
  await stored(path, 1);

  await frame.evaluate(() => caches.delete("culvert-http-cache"));
  expect(await ask()).toBe(1);
  await stored(path, 1);
  await frame.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase("culvert-http-cache").onsuccess = resolve;
      }),
  );
  expect(await ask()).toBe(1);
});
