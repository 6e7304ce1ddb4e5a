/**
 * What lets somebody in stays out of the pages: no secret stands in a document, a field, an address or the storage of the
 * dashboard once it has done its work. Invariant of this test: each search is shown to work by something that must be found.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage, type PageLog } from "../harness/browser.ts";
import { findCanaries, type Place } from "../harness/canary.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { placesOf } from "../harness/page-places.ts";
import { appFrame, openApp } from "../harness/visit.ts";

const app = createServer((_request, answer) => {
  answer.setHeader("content-type", "text/html; charset=utf-8");
  answer.end("<!doctype html><title>App</title><h1>The app</h1>");
});
const password = `canary${randomBytes(9).toString("hex")}`;
const pin = `canary${randomBytes(4).toString("hex")}`;

let culvert: Culvert;
let browser: Browser;
let page: Page;
let log: PageLog;
/** By what each is; filled as the story goes on. */
const secrets: Record<string, string> = { password, pin };
let grants = 0;
const hosts = new Set<string>();

beforeAll(async () => {
  await new Promise<void>((listening) => app.listen(0, "127.0.0.1", listening));
  const appPort = (app.address() as AddressInfo).port;
  culvert = await startCulvert({ appPort, webrtc: "werift", recording: "count", relayPolicy: "full" });
  browser = await launchBrowser();
  page = await browser.newPage();
  log = logPage(page);
  page.context().on("request", (request) => hosts.add(new URL(request.url()).host));
  page.on("response", async (response) => {
    const isGrant = response.url().endsWith("/sessions") && response.request().method() === "POST";
    if (!isGrant || !response.ok()) return;
    // A page that is left takes its answers with it.
    const granted = await response.json().catch(() => undefined);
    if (granted === undefined) return;
    grants += 1;
    secrets[`remoteSessionToken ${grants}`] = granted.remoteSessionToken;
    secrets[`signalingTicket ${grants}`] = granted.signalingTicket;
  });
});
afterAll(async () => {
  await browser?.close();
  await culvert?.stop();
  app.closeAllConnections();
  app.close();
});
beforeEach(({ task }) => {
  keepOnFailure(`secrets-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
});

test("a story full of secrets works", async () => {
  secrets.signInCode = new URL(culvert.signInLink).hash.replace("#code=", "");
  await page.goto(culvert.signInLink);
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("Email").fill("ada@example.org");
  const usePassword = page.getByRole("button", { name: "Use a password instead" });
  if (await usePassword.isVisible()) await usePassword.click();
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("heading", { name: "Servers" }).waitFor();

  await page.goto(`${culvert.dashboardOrigin}/sessions`);
  await page.getByLabel("What the token is for").fill("a program");
  await page.getByRole("button", { name: "Make a token" }).click();
  secrets.accessToken = (await page.getByRole("status").locator(".fingerprint").textContent()) ?? "";

  await page.goto(culvert.dashboardOrigin);
  await page.getByRole("link", { name: culvert.serverLabel, exact: true }).click();
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "PIN" }).fill(pin);
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const link = (await dialog.locator("code").textContent()) ?? "";
  secrets.shareSecret = new URL(link).hash.split(".")[2]?.split("/")[0] ?? "";
  // While they are shown they are there: the search finds what it looks for.
  const shown = findCanaries({ shareSecret: secrets.shareSecret }, await placesOf(page, "the dialog"));
  expect(shown.map(({ place }) => place)).toContain("document of the dialog");
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
});

test("no page, no field, no address and no storage of the dashboard has any of them afterwards", async () => {
  const places: Place[] = [...(await placesOf(page, "the server's page after sharing"))];
  const visits: readonly (readonly [path: string, words: string])[] = [
    ["/sessions", "a program"],
    ["/members", "Ada Lovelace"],
    ["/activity", "signed in"],
    ["/account", "Where you are signed in"],
    ["/", culvert.serverLabel],
  ];
  for (const [path, words] of visits) {
    await page.goto(culvert.dashboardOrigin + path);
    await page.getByText(words).first().waitFor();
    places.push(...(await placesOf(page, path)));
  }
  await openApp(page, culvert.serverLabel);
  await (await appFrame(page)).getByRole("heading", { name: "The app" }).waitFor();
  places.push(...(await placesOf(page, "the App View")));

  const cookies = await page.context().cookies(culvert.dashboardOrigin);
  for (const { name, value } of cookies) secrets[`cookie ${name}`] = decodeURIComponent(value);
  expect(cookies.length).toBeGreaterThan(0);
  expect(Object.keys(secrets)).toEqual(
    expect.arrayContaining(["remoteSessionToken 1", "signalingTicket 1", "accessToken"]),
  );
  for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThanOrEqual(8);

  const control = findCanaries({ label: culvert.serverLabel }, places).map(({ place }) => place);
  expect(control).toEqual(expect.arrayContaining(["document of /", "databases of the App View"]));
  const token = secrets["remoteSessionToken 1"] ?? "";
  expect(findCanaries({ ...secrets, tokenSignature: token.split(".")[2] ?? token }, places)).toEqual([]);
});

test("nothing was asked of any other host", () => {
  const { hostname } = new URL(culvert.dashboardOrigin);
  const foreign = [...hosts].filter(
    (host) => host !== culvert.dashboardHost && !host.replace(/:\d+$/, "").endsWith(`.${hostname}`),
  );
  expect(foreign).toEqual([]);
  expect(hosts.has(culvert.dashboardHost)).toBe(true);
});
