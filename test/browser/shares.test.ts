/** A share, from the owner's dialog to a viewer without an account, until it is taken back. One story, in order. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { findCanaries, type Place } from "../harness/canary.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { clearClientBytes } from "../harness/recorded-http.ts";
import { appFrame, confirm, signIn } from "../harness/visit.ts";

const pin = "walnut-pin-83615";
const app = createServer((request, answer) => {
  answer.setHeader("content-type", "text/html; charset=utf-8");
  answer.end(`<!doctype html><title>App</title><h1>${request.method} ${request.url}</h1>`);
});
const sockets = new WebSocketServer({ server: app });
sockets.on("connection", (socket) => socket.send("hello"));

let culvert: Culvert;
let browser: Browser;
let owner: Page;
let viewer: Page;
let shared: Frame;
let link = "";
let log: PageLog;

beforeAll(async () => {
  await new Promise<void>((listening) => app.listen(0, "127.0.0.1", listening));
  const appPort = (app.address() as AddressInfo).port;
  culvert = await startCulvert({ appPort, webrtc: "werift", recording: "bytes", relayPolicy: "full" });
  browser = await launchBrowser();
  owner = await browser.newPage();
  viewer = await (await browser.newContext()).newPage();
  log = logPage(viewer);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  sockets.close();
  app.closeAllConnections();
  app.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`shares-${task.name}`, viewer, { console: () => log.lines, ...culvert.logs });
  keepOnFailure(`shares-owner-${task.name}`, owner, {});
});

/** Makes a share in the dialog and gives its link. */
async function makeShare(fill: (dialog: ReturnType<Page["getByRole"]>) => Promise<void>): Promise<string> {
  await owner.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await fill(dialog);
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const made = dialog.locator("code");
  await made.waitFor();
  const href = (await made.textContent()) ?? "";
  await dialog.getByRole("button", { name: "Done" }).click();
  return href;
}

test("the owner makes a link for some paths, to read only, with a PIN", async () => {
  await signIn(owner, culvert.signInLink);
  await owner.getByRole("link", { name: culvert.serverLabel, exact: true }).click();
  link = await makeShare(async (dialog) => {
    await dialog.getByLabel("For whom").fill("Anna");
    await dialog.getByLabel("Only below these paths").fill("/docs");
    await dialog.getByLabel("Read only").check();
    await dialog.getByLabel("PIN").fill(pin);
  });
  expect(link).toMatch(new RegExp(`^${culvert.dashboardOrigin}/share#[a-z2-7]{26}\\.[a-z2-7]{26}\\.[\\w-]{22}/docs$`));
  await owner.getByText("app below /docs, read only, with PIN").waitFor();
});

test("its viewer needs no account; a wrong PIN is told with the tries that are left", async () => {
  await viewer.goto(link);
  const field = viewer.getByLabel("PIN", { exact: true });
  await field.fill("0000");
  await viewer.getByRole("button", { name: "Open", exact: true }).click();
  await viewer.getByText("That PIN is wrong. 4 tries are left.").waitFor();
  await viewer.getByLabel("PIN", { exact: true }).fill(pin);
  await viewer.getByRole("button", { name: "Open", exact: true }).click();
  shared = await appFrame(viewer);
  await shared.getByRole("heading", { name: "GET /docs" }).waitFor();
});

test("what the share does not allow is refused by the machine, in words", async () => {
  const asked = await shared.evaluate(async () => {
    const ask = async (path: string, init?: RequestInit) => {
      const answer = await fetch(path, init);
      return { status: answer.status, text: await answer.text() };
    };
    const socket = new WebSocket(`wss://${location.host}/docs/live`);
    const socketOutcome = await new Promise((resolve) => {
      socket.onopen = () => resolve("open");
      socket.onclose = () => resolve("closed");
    });
    return {
      inside: await ask("/docs/more"),
      outside: await ask("/admin"),
      post: await ask("/docs", { method: "POST", body: "x" }),
      socket: socketOutcome,
    };
  });
  expect(asked.inside).toEqual({ status: 200, text: expect.stringContaining("GET /docs/more") });
  expect(asked.outside).toEqual({ status: 403, text: expect.stringContaining("This share does not allow that path.") });
  expect(asked.post).toEqual({
    status: 403,
    text: expect.stringContaining("This share is for reading: POST is not allowed."),
  });
  expect(asked.socket).toBe("closed");
});

test("a navigation beyond the paths shows why", async () => {
  await shared.evaluate(() => location.assign("/admin"));
  await shared.getByText("This share does not allow that path.").waitFor();
  await shared.evaluate(() => history.back());
  await shared.getByRole("heading", { name: "GET /docs" }).waitFor();
});

test("taking it back ends it for its viewer within five seconds", async () => {
  await owner.getByText("1 viewer now").waitFor();
  await owner.getByRole("button", { name: "Revoke the share Anna" }).click();
  await confirm(owner, "Revoke");
  await viewer.getByRole("heading", { name: "Access was taken back" }).waitFor({ timeout: 5_000 });
  await owner.getByText("revoked", { exact: false }).first().waitFor();
  await viewer.reload();
  await viewer.getByText("This share was taken back").waitFor();
});

test("a share for one device is used up by its first one", async () => {
  const single = await makeShare(async (dialog) => dialog.getByLabel("On how many devices").fill("1"));
  await viewer.goto("about:blank");
  await viewer.goto(single);
  await (await appFrame(viewer)).getByRole("heading", { name: "GET /" }).waitFor();
  await viewer.reload();
  await (await appFrame(viewer)).getByRole("heading", { name: "GET /" }).waitFor();
  const second = await (await browser.newContext()).newPage();
  await second.goto(single);
  await second.getByText("This share was opened on another device, as many as it allows.").waitFor();
  await second.context().close();
});

test("a link that was cut short is said to be so", async () => {
  await viewer.goto("about:blank");
  await viewer.goto(link.slice(0, -20));
  await viewer.getByRole("heading", { name: "This link is not whole" }).waitFor();
});

test("neither the link's secret nor the PIN was seen by the operator", async () => {
  const secret = link.split(".").at(-1)?.split("/")[0] ?? "";
  const recorded = culvert.recorder.connections().flatMap((connection, index): Place[] => [
    { name: `connection ${index}, from the client`, bytes: clearClientBytes(connection) },
    { name: `connection ${index}, from the server`, bytes: connection.fromServer },
  ]);
  const logs = Object.entries(culvert.logs).map(
    ([name, lines]): Place => ({ name: `log of ${name}`, bytes: Buffer.from(lines().join("\n")) }),
  );
  const kept = readdirSync(culvert.signalingData, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file): Place => ({ name: file.name, bytes: readFileSync(join(file.parentPath, file.name)) }));
  const places = [...recorded, ...logs, ...kept];
  expect(findCanaries({ secret, pin, path: "/docs/more" }, places)).toEqual([]);
  expect(findCanaries({ shareId: new URL(link).hash.split(".")[1] ?? "" }, places)).not.toEqual([]);
});
