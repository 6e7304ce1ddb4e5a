/**
 * The main job: an owner opens the app of a laptop in a browser, and everything that an app does works, over a data
 * channel and nothing else. Once for each WebRTC library of the agent. The tests of one library are one story, in order.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { appOriginContents } from "../harness/app-origin-contents.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { eventually } from "../harness/eventually.ts";
import { countedLeaks, wireLeaks } from "../harness/leaks.ts";
import { stopServiceWorkers } from "../harness/service-workers.ts";
import { appFrame, openApp, signIn, waitForState } from "../harness/visit.ts";

const MiB = 1024 * 1024;
const downloadBytes = 100 * MiB;
const streamSeconds = 60;
/** What a session that may not carry app bytes over the relay is given: a start, and a rate. */
const signalingBytes = { start: 256 * 1024, perMinute: 64 * 1024 };

describe.each(["werift", "native"] as const)("by %s", (webrtc) => {
  const sessionSecret = `secret-${randomBytes(12).toString("hex")}`;
  const showcase = createShowcase({ newSessionToken: () => sessionSecret });
  const rangesSeen: string[] = [];
  let culvert: Culvert;
  let browser: Browser;
  let page: Page;
  let app: Frame;
  let log: PageLog;

  beforeAll(async () => {
    showcase.server.on("request", (request) => rangesSeen.push(request.headers.range ?? ""));
    culvert = await startCulvert({ appPort: await showcase.listen(0), webrtc, recording: "bytes" });
    browser = await launchBrowser();
    page = await browser.newPage();
    log = logPage(page);
  });
  afterAll(async () => {
    await browser?.close();
    await culvert?.stop();
    await showcase.close();
  });
  beforeEach(({ task }) => {
    keepOnFailure(`main-job-${webrtc}-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
  });

  test("the owner signs in by the one-time link and opens the app", async () => {
    await signIn(page, culvert.signInLink);
    app = await openApp(page, culvert.serverLabel);
    await app.getByRole("heading", { name: "This page comes from a program on your machine" }).waitFor();
    expect(await waitForState(page, /^Direct · /)).toMatch(/^Direct · [\d.]+ ms$/);
    expect(page.url()).toMatch(/\/app-view\/[a-z2-7]{26}\/[a-z0-9-]+(#\/)?$/);
  });

  test("a link works once", async () => {
    const stranger = await browser.newContext();
    const strange = await stranger.newPage();
    await strange.goto(culvert.signInLink);
    await strange.getByText("This sign-in link was used before").waitFor();
    await stranger.close();
  });

  test("the app sees its own address as Host and Origin, and no word of ours", async () => {
    const facts = await app.evaluate(async () => (await fetch("/api/facts")).json());
    const { port } = new URL(culvert.appAddress);
    expect(facts.request.headers.host).toMatch(new RegExp(`^(localhost|127\\.0\\.0\\.1):${port}$`));
    expect(JSON.stringify(facts.request.headers)).not.toContain("culvert");
  });

  test("pages follow each other by links and by the browser's history, with their assets", async () => {
    await app.getByRole("link", { name: "Media", exact: true }).click();
    await app.getByRole("heading", { name: "Media" }).waitFor();
    await eventually(() => app.evaluate(() => document.querySelectorAll("#gallery img").length)).toBe(12);
    await eventually(() =>
      app.evaluate(() => Array.from(document.images).every((image) => image.complete && image.naturalWidth > 0)),
    ).toBe(true);
    expect(await app.evaluate(() => document.fonts.check("14px Inter"))).toBe(true);
    expect(await app.evaluate(() => getComputedStyle(document.body).margin)).toBe("0px");
    await eventually(() => page.url()).toContain("#/media");

    await page.goBack();
    await app.getByRole("heading", { name: "This page comes from a program on your machine" }).waitFor();
    await page.goForward();
    await app.getByRole("heading", { name: "Media" }).waitFor();
  });

  test("a page of the app is shown again after a reload of the App View", async () => {
    await page.reload();
    app = await appFrame(page);
    await app.getByRole("heading", { name: "Media" }).waitFor();
    await waitForState(page, /^Direct/);
  });

  test("a login through redirects is remembered, and its HttpOnly cookie is nowhere on the app's origin", async () => {
    await app.getByRole("link", { name: "Account", exact: true }).click();
    await app.getByRole("textbox", { name: "Your name" }).fill("Ada");
    await app.getByRole("button", { name: "Sign in" }).click();
    await app.getByRole("heading", { name: "Signed in" }).waitFor();
    await eventually(() => app.url()).toContain("/account?welcome=1");
    expect(await app.evaluate(async () => (await fetch("/api/me")).json())).toEqual({ name: "Ada" });

    const contents = await appOriginContents(app);
    expect(contents).toContain("document.cookie showcase_name=Ada");
    expect(contents).not.toContain(sessionSecret);
    expect(contents).not.toContain("showcase_session");
  });

  test("a navigation that finds the service worker stopped reaches the app, not the operator", async () => {
    await stopServiceWorkers(page);
    await app.getByRole("link", { name: "Files", exact: true }).click();
    await app.getByRole("heading", { name: "Files" }).waitFor();
    expect(await countedLeaks(page)).toMatchObject({ total: 0 });
    expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
  });

  test("events stream for a minute while sockets, uploads, downloads, media and workers do their work", async () => {
    const startMs = performance.now();
    const startBytes = culvert.recorder.byteCount;
    await app.evaluate(startCounting);

    await app.evaluate(echoTextAndBinary);

    await app.getByRole("button", { name: "Send 10 MiB of random bytes" }).click();
    await app.getByText("The program received the same bytes: 10.0 MiB.").waitFor({ timeout: 60_000 });
    expect(await app.locator("#upload-progress").getAttribute("value")).toBeDefined();

    await app.getByRole("button", { name: "Read 100 MiB and check its hash" }).click();
    await app.getByText("Every byte is as the program made it: 100.0 MiB.").waitFor({ timeout: 120_000 });
    const expected = await (await fetch(`${culvert.appAddress}/api/downloads/${downloadBytes}`)).json();
    expect(await app.locator("#download-hash").textContent()).toBe(expected.sha256);

    rangesSeen.length = 0;
    expect(await app.evaluate(seekInMelody)).toEqual({ position: 45, duration: 60 });
    expect(rangesSeen.some((range) => /^bytes=\d+-/.test(range))).toBe(true);
    const part = await app.evaluate(readPartOfMelody);
    const whole = Buffer.from(await (await fetch(`${culvert.appAddress}/media/melody.wav`)).arrayBuffer());
    expect(part).toEqual({
      status: 206,
      contentRange: `bytes 1000000-1065535/${whole.length}`,
      sha256: createHash("sha256").update(whole.subarray(1_000_000, 1_065_536)).digest("hex"),
      beyond: 416,
    });

    expect(await app.evaluate(drawInWorker)).toBe(64 * 16 * 4);

    await eventually(() => app.evaluate(countedTicks), (streamSeconds + 30) * 1000).toMatchObject({
      isLongEnough: true,
    });
    expect(await app.evaluate(countedTicks)).toMatchObject({ interruptions: 0, gaps: 0 });

    expect(await waitForState(page, /^Direct/)).toMatch(/^Direct/);
    const minutes = (performance.now() - startMs) / 60_000;
    expect(culvert.recorder.byteCount - startBytes).toBeLessThan(
      signalingBytes.start + minutes * signalingBytes.perMinute,
    );
  });

  test("nothing leaked to the app's origin in all of this", async () => {
    expect(await countedLeaks(page)).toMatchObject({ total: 0 });
    expect(wireLeaks(culvert.recorder, culvert.dashboardHost)).toEqual([]);
  });
});

interface Ticks {
  startMs: number;
  lastId: number;
  gaps: number;
  interruptions: number;
}

function startCounting(): void {
  const ticks: Ticks = { startMs: performance.now(), lastId: 0, gaps: 0, interruptions: 0 };
  Object.assign(window, { ticks });
  const clock = new EventSource("/api/clock");
  clock.addEventListener("error", () => {
    ticks.interruptions += 1;
  });
  clock.addEventListener("tick", (event) => {
    if (Number(event.lastEventId) !== ticks.lastId + 1) ticks.gaps += 1;
    ticks.lastId = Number(event.lastEventId);
  });
}

function countedTicks(): { isLongEnough: boolean; gaps: number; interruptions: number } {
  const { ticks } = window as unknown as { ticks: Ticks };
  const isLongEnough = performance.now() - ticks.startMs >= 60_000 && ticks.lastId >= 60;
  return { isLongEnough, gaps: ticks.gaps, interruptions: ticks.interruptions };
}

/** Throws where an echo differs in kind, order or content. */
async function echoTextAndBinary(): Promise<void> {
  const socket = new WebSocket(`ws://${location.host}/ws/echo`, ["echo.v1"]);
  socket.binaryType = "arraybuffer";
  const received: (string | ArrayBuffer)[] = [];
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  const sent = ["text", "größer 日本 🎈", bytes, "", new Uint8Array(0), "x".repeat(200_000)];
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("error", () => reject(new Error("the socket failed")));
    socket.addEventListener("open", () => {
      if (socket.protocol !== "echo.v1") reject(new Error(`protocol ${socket.protocol}`));
      for (const message of sent) socket.send(message);
    });
    socket.addEventListener("message", ({ data }) => {
      received.push(data);
      if (received.length === sent.length) resolve();
    });
  });
  sent.forEach((message, index) => {
    const echo = received[index];
    const isSame =
      typeof message === "string"
        ? echo === message
        : echo instanceof ArrayBuffer && new Uint8Array(echo).join() === message.join();
    if (!isSame) throw new Error(`echo ${index} differs`);
  });
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
  socket.send("close:4123:enough");
  const { code, reason, wasClean } = await closed;
  if (code !== 4123 || reason !== "enough" || !wasClean) throw new Error(`closed with ${code} ${reason} ${wasClean}`);
}

async function seekInMelody(): Promise<{ position: number; duration: number }> {
  const player = new Audio("/media/melody.wav");
  const next = (type: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      player.addEventListener(type, resolve, { once: true });
      player.addEventListener("error", () => reject(new Error(player.error?.message)), { once: true });
    });
  const loaded = next("loadedmetadata");
  player.preload = "metadata";
  player.load();
  await loaded;
  const seeked = next("seeked");
  player.currentTime = 45;
  await seeked;
  return { position: player.currentTime, duration: player.duration };
}

async function readPartOfMelody(): Promise<object> {
  const part = await fetch("/media/melody.wav", { headers: { range: "bytes=1000000-1065535" } });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await part.arrayBuffer()));
  const beyond = await fetch("/media/melody.wav", { headers: { range: "bytes=99999999-" } });
  return {
    status: part.status,
    contentRange: part.headers.get("content-range"),
    sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    beyond: beyond.status,
  };
}

async function drawInWorker(): Promise<number> {
  const worker = new Worker("/assets/compute-worker.js", { type: "module" });
  const drawn = new Promise<number>((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => resolve(data.pixels.length));
    worker.addEventListener("error", (event) => reject(new Error(event.message)));
  });
  worker.postMessage({ task: 1, view: { x: 0, y: 0, width: 4 }, width: 64, height: 16 });
  return drawn.finally(() => worker.terminate());
}
