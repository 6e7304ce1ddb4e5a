/** What an owner reaches by links, in Chromium: a launch link, a machine that asks, the sessions that are open. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { SimulatedAsking } from "../harness/asking-machine.ts";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { appFrame, openApp, signIn } from "../harness/visit.ts";

const app = createServer((_request, answer) => {
  answer.setHeader("content-type", "text/html; charset=utf-8");
  answer.end("<!doctype html><title>App</title><h1>The app</h1>");
});

let culvert: Culvert;
let browser: Browser;
let page: Page;
let log: PageLog;

beforeAll(async () => {
  await new Promise<void>((listening) => app.listen(0, "127.0.0.1", listening));
  const appPort = (app.address() as AddressInfo).port;
  culvert = await startCulvert({ appPort, webrtc: "werift", recording: "bytes", relayPolicy: "full" });
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  log = logPage(page);
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  app.closeAllConnections();
  app.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`owner-links-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

/** A launch link, made as a portal does. */
async function launchLink(): Promise<string> {
  return page.evaluate(async () => {
    const { servers } = await (await fetch("/api/servers")).json();
    const headers = { "content-type": "application/json" };
    const path = `/api/servers/${servers[0].serverId}/launch`;
    return (await (await fetch(path, { method: "POST", headers, body: "{}" })).json()).url;
  });
}

test("a launch link asks for the owner's sign-in, then opens the app once", async () => {
  await signIn(page, culvert.signInLink);
  const link = await launchLink();
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(link);
  await stranger.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
  await stranger.context().close();
  await page.goto(link);
  await (await appFrame(page)).getByRole("heading", { name: "The app" }).waitFor();
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByText("This launch link was used before. Each opens once.").waitFor();
  const code = new URL(link).hash.slice("#code=".length);
  const addresses = culvert.recorder
    .connections()
    .flatMap(({ fromClient }) => fromClient.toString("latin1").match(/^(GET|POST) \S+|^referer: .*/gim) ?? []);
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses.filter((address) => address.includes(code))).toEqual([]);
});

test("a session that is ended in the list ends its App View within five seconds", async () => {
  await page.goto(culvert.dashboardOrigin);
  await openApp(page, culvert.serverLabel);
  await (await appFrame(page)).getByRole("heading", { name: "The app" }).waitFor();
  const list = await page.context().newPage();
  keepOnFailure("owner-links-list", list, {});
  await list.goto(`${culvert.dashboardOrigin}/sessions`);
  const ends = list.getByRole("button", { name: "End the session of app" });
  await ends.first().waitFor();
  const live = await ends.count();
  await ends.first().click();
  await page.getByText("Access was taken back").waitFor({ timeout: 5_000 });
  await list
    .getByText(/ended just now/)
    .first()
    .waitFor();
  await expect.poll(() => ends.count()).toBe(live - 1);
  await list.close();
});

test("a machine that asks is shown with its fingerprint, and stands in the list once it is approved", async () => {
  const machine = await SimulatedAsking.ask(culvert.dashboardOrigin, "lab-pi");
  await page.goto(machine.url);
  await page.getByRole("heading", { name: "lab-pi" }).waitFor();
  await page.getByText(machine.fingerprint).waitFor();
  await page.getByRole("button", { name: "It is mine: add it" }).click();
  await page.getByText("It is added.").waitFor();
  await page.goto(culvert.dashboardOrigin);
  await page.getByRole("link", { name: "lab-pi", exact: true }).waitFor();
});

test("a removed server asks first, and is gone", async () => {
  await page.getByRole("link", { name: "lab-pi", exact: true }).click();
  await page.getByLabel("Name").fill("attic-pi");
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByRole("heading", { name: "attic-pi" }).waitFor();
  await page.getByRole("button", { name: "Remove from the account …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await page.getByRole("heading", { name: "Servers" }).waitFor();
  expect(await page.getByText("attic-pi").count()).toBe(0);
});
