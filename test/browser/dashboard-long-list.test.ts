/** Lists that are longer than any window: what is drawn of them, by keyboard, and while all of it changes. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { manyServers } from "./dashboard/many-servers.ts";
import { type DashboardPage, openDashboard } from "./dashboard/open-dashboard.ts";

let browser: Browser;
let fixture: DashboardFixture;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  fixture = new DashboardFixture();
  fixture.servers = manyServers(1_000);
  await fixture.start();
  onTestFinished(() => fixture.stop());
});

async function open(): Promise<DashboardPage> {
  const opened = await openDashboard(browser, fixture, "/");
  onTestFinished(() => opened.context.close());
  return opened;
}

it("draws those in the window alone, and can be walked to its end by keyboard", async () => {
  const { page } = await open();
  const items = page.getByRole("list", { name: "Servers" }).locator("> li");
  await items.first().waitFor();
  expect(await items.count()).toBeLessThan(60);
  expect(await items.first().getAttribute("aria-setsize")).toBe("1000");
  await page.keyboard.press("End");
  await page.locator('li[aria-posinset="1000"]').waitFor();
  await page.locator('li[aria-posinset="1000"] h2 a').focus();
  for (let row = 0; row < 20; row += 1) {
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("li[aria-posinset]") !== null)).toBe(true);
  }
});

it("shows each of 1,000 changes that come at once", async () => {
  const { page } = await open();
  await page.getByRole("list", { name: "Servers" }).waitFor();
  for (const server of manyServers(1_000)) {
    fixture.push({ type: "server", server: { ...server, label: `${server.label}-x` } });
  }
  await page.getByRole("searchbox").fill("-999-x");
  await page.getByRole("heading", { name: "kiosk-999-x" }).waitFor();
  await page.getByRole("searchbox").fill("-x");
  await page.getByRole("button", { name: /^All/ }).waitFor();
  await page.locator('li[aria-setsize="1000"]').first().waitFor();
});
