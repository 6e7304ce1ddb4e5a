/** Signing in and out: the one-time link, the password, and the way back to where somebody wanted to go. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { type DashboardPage, looks, openDashboard } from "./dashboard/open-dashboard.ts";
import { everyState } from "./dashboard/sample-servers.ts";

let browser: Browser;
let fixture: DashboardFixture;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  fixture = new DashboardFixture();
  fixture.servers = everyState;
  fixture.signedIn = false;
  await fixture.start();
  onTestFinished(() => fixture.stop());
});

async function open(address: string, look = looks[0]): Promise<DashboardPage> {
  const opened = await openDashboard(browser, fixture, address, look);
  onTestFinished(() => opened.context.close());
  return opened;
}

it("signs in by a one-time link: its code is sent once, in a body, and is gone from the address and the history", async () => {
  const dashboard = await open("/sign-in#code=one-time-secret");
  const { page } = dashboard;
  await page.getByRole("heading", { name: "studio-mac" }).waitFor();
  expect(page.url()).toBe(`${fixture.origin}/`);
  expect(fixture.asked.filter((line) => line.includes("one-time-secret"))).toEqual([
    'POST /api/auth/sign-in/code {"code":"one-time-secret"}',
  ]);
  expect(fixture.addresses.join("\n")).not.toContain("one-time-secret");
  dashboard.expectClean({ hasLeftAPage: true });
  await page.goBack().catch(() => undefined);
  expect(page.url()).not.toContain("one-time-secret");
});

describe.each(looks)("at $width px, $colorScheme", (look) => {
  it.each([
    [410, "expired", "This sign-in link has expired"],
    [409, "already-used", "This sign-in link was used before"],
    [404, "not-found", "This sign-in link is not valid"],
  ] as const)("answers status %d of a link with what happened and what to do", async (status, code, headline) => {
    fixture.linkFault = { status, code, message: "The link is not good." };
    const dashboard = await open("/sign-in#code=old", look);
    const note = dashboard.page.getByRole("alert");
    await note.getByText(headline).waitFor();
    expect(await note.innerText()).toContain("Run npm start again where Culvert runs and open the link that it prints");
    expect(dashboard.page.url()).toBe(`${fixture.origin}/sign-in`);
    await dashboard.expectLegible();
  });
});

it("takes a second link that is pasted into the same tab", async () => {
  fixture.linkFault = { status: 410, code: "expired", message: "Too old." };
  const { page } = await open("/sign-in#code=old");
  await page.getByText("This sign-in link has expired").waitFor();
  fixture.linkFault = undefined;
  await page.goto(`${fixture.origin}/sign-in#code=fresh`);
  await page.getByRole("heading", { name: "studio-mac" }).waitFor();
});

it("tells somebody who is not signed in how to get in, and what is wrong with a password", async () => {
  const { page } = await open("/");
  await page.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
  await page.getByText("Culvert prints a one-time sign-in link where it runs.").waitFor();
  await page.getByLabel("Email").fill("ada@example.org");
  await page.getByRole("textbox", { name: "Password" }).fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByText("Email and password do not match").waitFor();
});

it("goes back to the app and its path after signing in, without telling any server the path", async () => {
  const address = `/app-view/${"a".repeat(26)}/vite#/private/path?q=1`;
  const { page } = await open(address);
  await page.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
  await page.evaluate(() => {
    window.location.hash = "code=fresh";
  });
  await page.waitForURL(`${fixture.origin}${address}`);
  expect(await page.getByLabel("Path in the app").inputValue()).toBe("/private/path?q=1");
  expect([...fixture.addresses, ...fixture.asked].join("\n")).not.toContain("private");
});

it("signs out, and a page that finds itself signed out goes to the sign-in page", async () => {
  fixture.signedIn = true;
  const { page, context } = await open("/");
  await page.getByRole("heading", { name: "studio-mac" }).waitFor();
  const other = await context.newPage();
  await other.goto(fixture.origin);
  await other.getByRole("heading", { name: "studio-mac" }).waitFor();
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
  fixture.cutStreams();
  await other.getByRole("heading", { name: "Sign in to Culvert" }).waitFor();
});
