/**
 * The app origin alone, in Chromium, with a stub in the place of the core: courier, service worker, shim and boot page
 * do their work without any tunnel, and nothing that belongs to the app reaches the origin server.
 */
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { stopServiceWorkers } from "../harness/service-workers.ts";
import { type OriginServer, startOriginServer } from "./app-origin/origin-server.ts";
import type { Stub } from "./app-origin/stub-core.ts";
import { appFrame, openInApp, openStubbedApp, waitForTitle } from "./app-origin/stubbed-app.ts";

const MiB = 1024 * 1024;

let server: OriginServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let app: Frame;

declare const stub: Stub;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  server = await startOriginServer();
  context = await browser.newContext();
  page = await context.newPage();
  app = await openStubbedApp(page, server, "/", "Home");
});
afterEach(async () => {
  await context?.close();
  await server?.close();
  expect(server.leaks).toEqual([]);
});

test("a document loads with its assets by absolute path, framed though it forbids frames", async () => {
  await app.waitForFunction(() => document.body.dataset.ran === "yes");
  expect(await app.evaluate(() => getComputedStyle(document.querySelector("h1") as Element).color)).toBe(
    "rgb(1, 2, 3)",
  );
  expect(await app.evaluate(() => document.querySelectorAll("head script").length)).toBe(0);
  expect(new URL(app.url()).pathname).toBe("/");
});

test("script reads the document's cookies from its first line on, and writes them", async () => {
  await app.waitForFunction(() => document.body.dataset.ran === "yes");
  expect(await app.evaluate(() => document.body.dataset.cookies)).toBe('theme=da"rk; lang=en');
  const seen = await app.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: it is what is tested
    document.cookie = "lang=de; path=/";
    // biome-ignore lint/suspicious/noDocumentCookie: it is what is tested
    document.cookie = "secret=1; path=/elsewhere";
    return document.cookie;
  });
  expect(seen).toBe('theme=da"rk; lang=de');
  await expect
    .poll(() => page.evaluate(() => stub.cookiesSet))
    .toEqual(["lang=de; path=/", "secret=1; path=/elsewhere"]);
});

test("fetch, redirects, gzip and ranges are answered as by a server", async () => {
  const got = await app.evaluate(async () => {
    const range = await fetch("/range", { headers: { range: "bytes=10-19" } });
    const landed = await fetch("/redirect");
    return {
      json: await (await fetch("/json?a=1")).json(),
      coded: (await (await fetch("/gzip")).text()).length,
      codedHeader: (await fetch("/gzip")).headers.get("content-encoding"),
      range: [range.status, [...new Uint8Array(await range.arrayBuffer())]],
      landed: [landed.url, landed.redirected],
      manual: (await fetch("/redirect", { redirect: "manual" })).type,
      missing: (await fetch("/nowhere")).status,
      head: (await fetch("/range", { method: "HEAD" })).headers.get("content-length"),
    };
  });
  expect(got).toEqual({
    json: { method: "GET", query: "?a=1" },
    coded: 6000,
    codedHeader: null,
    range: [206, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]],
    landed: [`${server.appOrigin}/landing?from=redirect`, true],
    manual: "opaqueredirect",
    missing: 404,
    head: "1000",
  });
});

test("a request body arrives whole and with its size", async () => {
  const sums = await app.evaluate(async (size) => {
    const big = new Uint8Array(size).map((_, index) => index * 7);
    const back = new Uint8Array(await (await fetch("/echo", { method: "POST", body: big })).arrayBuffer());
    const text = await (await fetch("/echo", { method: "POST", body: "short" })).text();
    return { same: back.length === big.length && back.every((byte, index) => byte === big[index]), text };
  }, 5 * MiB);
  expect(sums).toEqual({ same: true, text: "short" });
  await app.evaluate(async (size) => {
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(size)]), "name");
    await fetch("/echo", { method: "POST", body: form });
  }, 2 * MiB);
  const sizes = await page.evaluate(() =>
    stub.requests.filter(({ path }) => path === "/echo").map((asked) => asked.sizeBytes),
  );
  expect(sizes).toEqual([5 * MiB, 5, expect.any(Number)]);
});

test("an upload's progress tells what the agent has taken", async () => {
  const told = await app.evaluate(
    (size) =>
      new Promise<number[]>((resolve) => {
        const loaded: number[] = [];
        const request = new XMLHttpRequest();
        request.open("POST", "/echo");
        request.upload.onprogress = (event) => loaded.push(event.loaded / event.total);
        request.onload = () => resolve(loaded);
        request.send(new Blob([new Uint8Array(size)]));
      }),
    2 * MiB,
  );
  expect(told.length).toBeGreaterThan(4);
  expect(told.at(-1)).toBe(1);
  expect([...told].sort((a, b) => a - b)).toEqual(told);
});

test("a big body is read to its last byte, and never further ahead than credit allows", async () => {
  const size = 64 * MiB;
  const read = await app.evaluate(async (path) => {
    const reader = (await fetch(path)).body?.getReader();
    let bytes = 0;
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) bytes += part.value.length;
    return bytes;
  }, `/big?size=${size}`);
  expect(read).toBe(size);
  expect(await page.evaluate(() => stub.largestLeadBytes)).toBeLessThanOrEqual(512 * 1024);
});

test("a reader that stops holds the core back, and its cancel reaches the core", async () => {
  await app.evaluate(async () => {
    const reader = (await fetch("/big?size=1000000000")).body?.getReader();
    await reader?.read();
    Object.assign(globalThis, { reader });
  });
  await app.evaluate(() => (globalThis as unknown as { reader: ReadableStreamDefaultReader }).reader.cancel());
  await expect.poll(() => page.evaluate(() => stub.canceled)).toEqual(["/big?size=1000000000"]);
});

test("a body without its end is an error, never a short success", async () => {
  const cut = await app.evaluate(() =>
    fetch("/cut")
      .then((answer) => answer.text())
      .catch((error) => error.name),
  );
  expect(cut).toBe("TypeError");
  const unfinished = app.evaluate(() =>
    fetch("/unfinished")
      .then((answer) => answer.text())
      .catch((error) => error.name),
  );
  await expect.poll(() => page.evaluate(() => stub.requests.some(({ path }) => path === "/unfinished"))).toBe(true);
  await page.evaluate(() => stub.closeCore());
  expect(await unfinished).toBe("TypeError");
});

test("leaving a page cancels what it still waits for", async () => {
  await app.evaluate(() => void fetch("/silent"));
  await expect.poll(() => page.evaluate(() => stub.requests.some(({ path }) => path === "/silent"))).toBe(true);
  await openInApp(page, server, "/landing", "Landed");
  await expect.poll(() => page.evaluate(() => stub.canceled)).toEqual(["/silent"]);
});

test("server-sent events flow, and end at the core when the page closes them", async () => {
  const events = await app.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const source = new EventSource("/sse");
        source.onmessage = ({ data, lastEventId }) => {
          seen.push(`${lastEventId} ${data}`);
          if (seen.length < 3) return;
          source.close();
          resolve(seen);
        };
      }),
  );
  expect(events).toEqual(["1 tick 1", "2 tick 2", "3 tick 3"]);
  await expect.poll(() => page.evaluate(() => stub.canceled)).toEqual(["/sse"]);
});

test("an event source that reconnects says which event it saw last", async () => {
  const ids = await app.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const seen: string[] = [];
        const source = new EventSource("/sse-short");
        source.onmessage = ({ lastEventId }) => {
          seen.push(lastEventId);
          if (seen.length < 3) return;
          source.close();
          resolve(seen);
        };
      }),
  );
  expect(ids).toEqual(["after undefined", "after after undefined", "after after after undefined"]);
});

test("the page's address and title reach the core", async () => {
  await app.evaluate(() => {
    document.title = "Changed";
    history.pushState(null, "", "/deep/link?q=1#part");
  });
  await expect
    .poll(() => page.evaluate(() => stub.pageInfos.at(-1)))
    .toEqual({ path: "/deep/link?q=1#part", title: "Changed" });
});

test("a navigation that finds the worker stopped is answered from the core", async () => {
  await stopServiceWorkers(page);
  await app.evaluate(() => location.assign("/landing?secret=1"));
  await waitForTitle(page, server, "Landed");
  expect(new URL(appFrame(page, server)?.url() ?? "").search).toBe("?secret=1");
});

test("so is one of a tab of its own, which Chromium would race to the network without static routes", async () => {
  const tab = await context.newPage();
  await tab.goto(`${server.appOrigin}/landing`);
  await stopServiceWorkers(page);
  await tab.goto(`${server.appOrigin}/landing?secret=2`);
  expect(await tab.title()).toBe("Landed");
});

test("a reload that passes by the worker heals by the boot page", async () => {
  const tab = await context.newPage();
  await tab.goto(`${server.appOrigin}/landing?q=1#part`);
  const session = await context.newCDPSession(tab);
  await session.send("Page.reload", { ignoreCache: true });
  await vi.waitFor(() => expect(server.leaks.splice(0)).toEqual(["GET /landing?q=1"]));
  await tab.waitForFunction(() => document.title === "Landed");
  expect(tab.url()).toBe(`${server.appOrigin}/landing?q=1#part`);
});

test("a target that is down gives a page with words, which recovers by itself", async () => {
  await page.evaluate(() => {
    stub.isTargetUp = false;
  });
  app = await openInApp(page, server, "/flaky", "x is not answering");
  expect(await app.innerText("main")).toContain("Nothing answers on 127.0.0.1:3000.");
  expect(await app.evaluate(() => fetch("/flaky").catch((error) => error.name))).toBe("TypeError");
  await page.evaluate(() => {
    stub.isTargetUp = true;
  });
  await waitForTitle(page, server, "Up");
});

test("a link with download becomes a download under its name", async () => {
  const download = page.waitForEvent("download");
  await app.evaluate(() => {
    const link = Object.assign(document.createElement("a"), { href: "/file?x=1", download: "table ä.csv" });
    link.click();
  });
  expect((await download).suggestedFilename()).toBe("table ä.csv");
  expect(await page.evaluate(() => stub.requests.at(-1)?.path)).toBe("/file?x=1");
});

test("a tab of its own is served while the App View is open, and led there when it is not", async () => {
  const tab = await context.newPage();
  await tab.goto(`${server.appOrigin}/landing`);
  expect(await tab.title()).toBe("Landed");
  await page.close();
  await tab.goto(`${server.appOrigin}/deep?q=1`, { timeout: 25_000 });
  expect(tab.url()).toBe(`${server.appViewUrl}#/deep?q=1`);
});

test("the app's own service worker seems to register and to end, and ours goes on", async () => {
  const outcome = await app.evaluate(async () => {
    const registration = await navigator.serviceWorker.register("/sw-of-the-app.js");
    return { scope: registration.scope, ended: await registration.unregister() };
  });
  expect(outcome).toEqual({ scope: `${server.appOrigin}/`, ended: true });
  expect(await app.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  expect(await app.evaluate(async () => (await fetch("/json?a=1")).status)).toBe(200);
});
