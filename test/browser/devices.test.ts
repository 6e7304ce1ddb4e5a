/**
 * Locked mode in Chromium, with the machine's own command line: a device that signaling alone vouches for is cut off and
 * refused; it is approved by strings typed on both sides, another one by the machine's link. One story, in order.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { runCommand } from "../harness/agent-command.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { appFrame, confirm, openApp, signIn } from "../harness/visit.ts";

const app = createServer((_request, answer) => {
  answer.setHeader("content-type", "text/html; charset=utf-8");
  answer.end("<!doctype html><title>App</title><h1>The app</h1>");
});

let culvert: Culvert;
let browser: Browser;
let laptop: Page;
let log: PageLog;

const culvertCommand = (...words: string[]) => runCommand(...words, "--data", culvert.agentData);
const appOf = async (page: Page) => (await appFrame(page)).getByRole("heading", { name: "The app" }).waitFor();

beforeAll(async () => {
  await new Promise<void>((listening) => app.listen(0, "127.0.0.1", listening));
  const appPort = (app.address() as AddressInfo).port;
  culvert = await startCulvert({ appPort, webrtc: "werift", recording: "count", relayPolicy: "full" });
  browser = await launchBrowser();
  laptop = await browser.newPage();
  log = logPage(laptop);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  app.closeAllConnections();
  app.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`devices-${task.name}`, laptop, { console: () => log.lines, ...culvert.logs });
});

test("while unlocked a device opens at its first use, and the page says whom it trusts for that", async () => {
  await signIn(laptop, culvert.signInLink);
  await openApp(laptop, culvert.serverLabel);
  await appOf(laptop);
  expect(await culvertCommand("devices", "list")).toContain("introduced");
});

test("locking cuts it off, and it opens nothing more although it is signed in", async () => {
  expect(await culvertCommand("lock")).toContain("Locked: 0 devices are approved");
  await laptop.getByText("This device is not approved").waitFor({ timeout: 5_000 });
  await laptop.getByRole("button", { name: "Try again" }).click();
  await laptop.getByText("This device is not approved").waitFor();
});

test("strings typed on both sides approve it, and another string does not", async () => {
  await laptop.getByRole("link", { name: "Approve this device" }).click();
  const command = (await laptop.getByText(/^culvert devices approve/).textContent()) ?? "";
  const shown = command.split(" ").at(-1) ?? "";
  await expect(culvertCommand("devices", "approve", "aaaa-bbbb-cccc-dddd")).rejects.toThrow(
    "No device that asked shows",
  );
  const answer =
    /[a-z2-7]{4}(-[a-z2-7]{4}){3}/.exec(await culvertCommand("devices", "approve", shown, "--label", "laptop"))?.[0] ??
    "";
  const field = laptop.getByLabel("What the machine answers");
  await field.fill("aaaa bbbb cccc dddd");
  await laptop.getByRole("button", { name: "Check and finish" }).click();
  await laptop.getByText("That is not what this machine answers.").waitFor();
  await field.fill(answer.toUpperCase().replaceAll("-", " "));
  await laptop.getByRole("button", { name: "Check and finish" }).click();
  await laptop.getByRole("heading", { name: `This device is approved on ${culvert.serverLabel}` }).waitFor();
  await laptop.goto(culvert.dashboardOrigin);
  await openApp(laptop, culvert.serverLabel);
  await appOf(laptop);
});

test("the machine's link approves another device at once", async () => {
  const phone = await (await browser.newContext({ storageState: await laptop.context().storageState() })).newPage();
  const link = /http\S+\/approve#\S+/.exec(await culvertCommand("devices", "link"))?.[0] ?? "";
  await phone.goto(link);
  await phone.getByRole("button", { name: "Approve this device" }).click();
  await phone.getByRole("heading", { name: `This device is approved on ${culvert.serverLabel}` }).waitFor();
  await phone.goto(culvert.dashboardOrigin);
  await openApp(phone, culvert.serverLabel);
  await appOf(phone);
  const third = await (await browser.newContext({ storageState: await laptop.context().storageState() })).newPage();
  await third.goto(link);
  await third.getByRole("button", { name: "Approve this device" }).click();
  await third.getByText("This server is locked: it opens for devices that were approved on it").waitFor();
  await third.context().close();
});

test("the server's page calls devices by the words that the machine prints, and an approved device approves another", async () => {
  await laptop.goto(culvert.dashboardOrigin);
  await laptop.getByRole("link", { name: culvert.serverLabel, exact: true }).click();
  const own = laptop
    .getByRole("list", { name: "Devices", exact: true })
    .getByRole("listitem")
    .filter({ hasText: "this one" });
  const words = (await own.getByText(/^([a-z]{3,8} ){7}[a-z]{3,8}$/).textContent()) ?? "";
  expect(await culvertCommand("devices", "list")).toMatch(new RegExp(`approved +laptop .*\n +${words}\n`));

  const tablet = await (await browser.newContext({ storageState: await laptop.context().storageState() })).newPage();
  const serverId = new URL(laptop.url()).pathname.split("/").at(-1);
  await tablet.goto(`${culvert.dashboardOrigin}/approve#${serverId}`);
  const command = (await tablet.getByText(/^culvert devices approve/).textContent()) ?? "";
  await laptop.getByText("A device waits for approval").waitFor();
  await laptop.getByRole("button", { name: "Approve a device" }).click();
  await laptop.getByLabel("What the device shows").fill(command.split(" ").at(-1) ?? "");
  await laptop.getByLabel("What you call it").fill("tablet");
  await laptop.getByRole("button", { name: "Approve", exact: true }).click();
  const answer =
    (await laptop
      .getByRole("dialog")
      .getByText(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/)
      .textContent()) ?? "";
  await tablet.getByLabel("What the machine answers").fill(answer);
  await tablet.getByRole("button", { name: "Check and finish" }).click();
  await tablet.getByRole("heading", { name: `This device is approved on ${culvert.serverLabel}` }).waitFor();
  await laptop.getByRole("button", { name: "Done" }).click();
  await laptop.getByRole("button", { name: "Revoke tablet" }).click();
  await confirm(laptop, "Revoke");
  await laptop.getByRole("button", { name: "Revoke tablet" }).waitFor({ state: "detached" });
  expect(await culvertCommand("devices", "list")).toMatch(/revoked +tablet/);
  await tablet.context().close();
  await laptop.goto(culvert.dashboardOrigin);
  await openApp(laptop, culvert.serverLabel);
  await appOf(laptop);
});

test("a device that is revoked on the machine ends within five seconds, and stays refused", async () => {
  expect(await culvertCommand("devices", "revoke", "laptop")).toContain("is revoked");
  await laptop.getByText("Access was taken back").waitFor({ timeout: 5_000 });
  await laptop.getByRole("button", { name: "Try again" }).click();
  await laptop.getByText("This device was taken off the server's list.").waitFor();
  expect(await culvertCommand("devices", "list")).toMatch(/revoked +laptop/);
});
