/** The overview: figures and charts, each with its words, at desk and phone width, light and dark; by role. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { type DashboardPage, looks, openDashboard } from "./dashboard/open-dashboard.ts";
import { busyOverview, quietOverview } from "./dashboard/sample-overview.ts";

let browser: Browser;
let fixture: DashboardFixture;
const path = "GET /api/overview";

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  fixture = new DashboardFixture();
  fixture.answers.set(path, busyOverview("day"));
  await fixture.start();
  onTestFinished(() => fixture.stop());
});

async function open(look = looks[0], address = "/overview"): Promise<DashboardPage> {
  const opened = await openDashboard(browser, fixture, address, look);
  onTestFinished(() => opened.context.close());
  return opened;
}

const words = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

describe.each(looks)("at $width px, $colorScheme", (look) => {
  it("says what is online and open, by which ways, at which cost, and why openings failed", async () => {
    const dashboard = await open(look);
    const { page } = dashboard;
    await page.locator(".step-chart canvas").nth(1).waitFor();
    const tiles = (await page.locator(".overview-tile").allInnerTexts()).map(words);
    expect(tiles).toEqual([
      "Online 7 of 9 servers 3 with an app that does not answer",
      "Open now 7 viewers 5 direct · 1 by TURN · 1 relayed",
      "Went direct 80 % of 122 sessions in the last 24 hours",
      "Relayed 511 MB in 24 h <1 % of the 215 GB that are allowed",
    ]);
    const failures = page.getByRole("table", { name: "Openings that failed" }).getByRole("row");
    expect(words(await failures.nth(1).innerText())).toMatch(/^The server is offline .* 9$/);
    await dashboard.expectLegible();
    dashboard.expectClean();
  });
});

it("has every bar of a chart in a table, which opens by keyboard", async () => {
  const { page } = await open();
  const chart = page.getByRole("region", { name: "Sessions begun" });
  await chart.locator("canvas").waitFor();
  const summary = chart.getByText("As a table");
  await summary.focus();
  await page.keyboard.press("Enter");
  const rows = chart.getByRole("table", { name: "Sessions begun" }).getByRole("row");
  await expect.poll(() => rows.count()).toBe(25);
  expect((await rows.nth(24).innerText()).split("\t")).toEqual(["14:00", "14 sessions"]);
  expect(await chart.locator(".step-chart").getAttribute("aria-hidden")).toBe("true");
});

it("looks back 30 days by the day", async () => {
  const { page } = await open();
  await page.getByText("the last 24 hours").first().waitFor();
  fixture.answers.set(path, busyOverview("month"));
  await page.getByRole("button", { name: "30 days" }).click();
  await page.getByText("in the last 30 days").first().waitFor();
  expect(fixture.addresses.filter((address) => address.startsWith("/api/overview")).at(-1)).toContain("range=month");
});

it("says in words that nothing has happened yet", async () => {
  fixture.answers.set(path, quietOverview("day"));
  const dashboard = await open();
  await dashboard.page.getByText("No opening failed or broke off in the last 24 hours.").waitFor();
  expect(await dashboard.page.locator("canvas").count()).toBe(0);
  dashboard.expectClean();
});

it("says why it cannot be shown, and shows it once it can", async () => {
  fixture.answers.set(path, { status: 503, code: "unavailable", message: "The store does not answer." });
  const { page } = await open();
  await page.getByRole("alert").getByText("The store does not answer.").waitFor();
  fixture.answers.set(path, busyOverview("day"));
  await page.clock.runFor(11_000);
  await page.locator(".overview-tile").first().waitFor();
});

it.each([
  ["owner", 1],
  ["auditor", 1],
  ["operator", 0],
] as const)("is offered to an %s as the API has it", async (role, links) => {
  fixture.account = { role };
  const { page } = await open(looks[0], "/");
  await page.getByRole("link", { name: "Sessions" }).waitFor();
  expect(await page.getByRole("link", { name: "Overview" }).count()).toBe(links);
});
