/**
 * The inspector over a real tunnel: it shows what the app asked and got, and the server sees none of it. One story, in
 * order. Invariant of the last test: its search is shown to work by something that must be found.
 */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createShowcase } from "../apps/showcase/showcase.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { findCanaries, type Place } from "../harness/canary.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { eventually } from "../harness/eventually.ts";
import { clearClientBytes } from "../harness/recorded-http.ts";
import { openApp, signIn, waitForState } from "../harness/visit.ts";

const canary = (): string => `canary${randomBytes(9).toString("hex")}`;
const secrets = { path: canary(), query: canary(), header: canary(), body: canary(), message: canary() };
const cookie = canary();
const showcase = createShowcase({ newSessionToken: () => cookie });
let culvert: Culvert;
let browser: Browser;
let page: Page;
let app: Frame;
let log: PageLog;

beforeAll(async () => {
  culvert = await startCulvert({ appPort: await showcase.listen(0), webrtc: "native", recording: "bytes" });
  browser = await launchBrowser();
  page = await browser.newPage();
  log = logPage(page);
  await signIn(page, culvert.signInLink);
  app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  await showcase.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`inspector-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

/** The newest line of a path. */
const lineOf = (path: string): Locator => page.getByRole("row").filter({ hasText: path }).last();
const only = (words: string) => page.getByLabel("Filter requests").fill(words);
const tab = (name: string) => page.getByRole("tab", { name }).click();

test("requests of before it was opened are there, those of now come as they are made", async () => {
  await page.getByRole("button", { name: "Inspect requests" }).click();
  await only("type:html");
  await lineOf("/").getByText("200").waitFor();
  await page.getByRole("button", { name: "Keep bodies" }).click();
  await page.getByRole("button", { name: "Bodies kept" }).waitFor();
  await app.evaluate(async ({ path, query, header, body }) => {
    await fetch(`/${path}?q=${query}&access_token=${query}`, { headers: { "x-note": header, "x-api-key": header } });
    await fetch("/api/uploads", { method: "POST", body, headers: { "content-type": "text/plain" } });
  }, secrets);
  await only(secrets.path);
  await lineOf(`q=${secrets.query}&access_token=‹masked›`).getByText("404").waitFor();
});

test("a request's heads, times and body are shown, its secrets are not", async () => {
  await lineOf(secrets.path).click();
  const details = page.getByRole("region", { name: /^Request GET/ });
  await details.getByText("x-note").waitFor();
  expect(await details.getByText(secrets.header).count()).toBe(1);
  await details.getByText("x-api-key").waitFor();
  await tab("Timing");
  await details.getByText("until the app had its answer ready").waitFor();
  await only("/api/uploads");
  await lineOf("/api/uploads").click();
  await tab("Payload");
  await page.locator("pre").getByText(secrets.body).waitFor();
  await tab("Response");
  await page.locator("pre").getByText("sizeBytes").waitFor();
});

test("what the policy refuses is shown with its rule", async () => {
  await app.evaluate(() => fetch("/api/facts", { method: "PRI" }).catch(() => undefined));
  await only("method:pri");
  await lineOf("/api/facts").click();
  await page.getByText("The rule: methods that are never forwarded.").waitFor();
});

test("messages of a socket and events of a stream come live", async () => {
  await app.evaluate(
    ({ message }) =>
      new Promise<void>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/ws/echo`);
        socket.onopen = () => socket.send(message);
        socket.onmessage = () => resolve();
        socket.onerror = () => reject(new Error("the socket failed"));
        Object.assign(window, { keptSocket: socket, keptClock: new EventSource("/api/clock") });
      }),
    secrets,
  );
  await only("/ws/echo");
  await lineOf("/ws/echo").click();
  await tab("Messages");
  await eventually(() => page.getByRole("listitem").filter({ hasText: secrets.message }).count()).toBe(2);
  await only("/api/clock");
  await lineOf("/api/clock").click();
  await tab("Events");
  await page.getByRole("listitem").filter({ hasText: "tick" }).first().waitFor();
});

test("a request is made again, by the tunnel, and is a line of its own", async () => {
  await only("/api/uploads");
  await lineOf("/api/uploads").click();
  await page.getByRole("button", { name: "Repeat", exact: true }).click();
  await page.getByRole("button", { name: "Repeat it" }).click();
  await lineOf("again /api/uploads").getByText("200").waitFor();
});

test("everything is saved, and the server saw nothing of it", async () => {
  await only("");
  await page
    .getByRole("status")
    .filter({ hasText: /^[\d,]+ requests$/ })
    .waitFor();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export what is shown as HAR" }).click();
  const har = { name: "the archive", bytes: await readFile(await (await downloading).path()) };
  const { query, header, ...shown } = secrets;
  expect(new Set(findCanaries({ ...shown, query, header }, [har]).map(({ canary: name }) => name))).toEqual(
    new Set(["path", "body", "message", "query", "header"]),
  );
  const connections = culvert.recorder.connections();
  const places = connections.flatMap((connection, index): readonly Place[] => [
    { name: `to signaling, connection ${index}`, bytes: clearClientBytes(connection) },
    { name: `from signaling, connection ${index}`, bytes: connection.fromServer },
  ]);
  const logged: Place = { name: "log", bytes: Buffer.from(culvert.logs.signaling().join("\n")) };
  expect(findCanaries({ join: '"type":"join"' }, places).length).toBeGreaterThan(0);
  expect(findCanaries({ ...secrets, cookie }, [...places, logged])).toEqual([]);
});
