/** The list of servers: every state and reason in words, live, by keyboard, at desk and phone width, light and dark. */
import type { OpenViewer } from "@culvert/protocol/signaling";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { viewerOf } from "./dashboard/many-servers.ts";
import { type DashboardPage, looks, openDashboard } from "./dashboard/open-dashboard.ts";
import { everyState, nowMs, serverOf } from "./dashboard/sample-servers.ts";

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
  fixture.enrolmentExpiresAt = nowMs + 582_000;
  await fixture.start();
  onTestFinished(() => fixture.stop());
});

async function open(address = "/", look = looks[0]): Promise<DashboardPage> {
  const opened = await openDashboard(browser, fixture, address, look);
  onTestFinished(() => opened.context.close());
  return opened;
}

const rowOf = ({ page }: DashboardPage, label: string) => page.getByRole("listitem").filter({ hasText: label }).first();

describe.each(looks)("at $width px, $colorScheme", (look) => {
  it("says state and reason of every server in words", async () => {
    const dashboard = await open("/", look);
    const words: readonly (readonly [string, string, string])[] = [
      ["studio-mac", "ready", "macOS · 0.1.0 · seen now"],
      ["lab-pi", "degraded", "grafana not answering on its port"],
      ["build-box", "unavailable", "web does not answer on its port. Start the app on build-box"],
      [
        "old-laptop",
        "offline",
        "old-laptop is offline since yesterday 22:10. Start it again there, with npm start or culvert connect <port>.",
      ],
      ["attic-nas", "ready", "version 0.0.4, too old for this dashboard. Update it there: npm install -g"],
      ["office-imac", "ready", "Remote access is switched off on office-imac."],
      ["gateway", "unavailable", "gateway publishes no service. Publish one: culvert connect <port>"],
      ["db-host", "ready", "postgres speaks plain TCP, which a browser cannot show."],
      ["new-laptop", "offline", "new-laptop has not connected yet."],
    ];
    for (const [label, state, text] of words) {
      const row = rowOf(dashboard, label);
      await row.getByText(state, { exact: true }).first().waitFor();
      expect((await row.innerText()).replaceAll(/\s+/g, " ")).toContain(text);
    }
    await dashboard.page.getByText("4 ready · 1 degraded · 2 unavailable · 2 offline").waitFor();
    await dashboard.expectLegible();
    dashboard.expectClean();
  });

  it("teaches an account that has no server, and adds one", async () => {
    fixture.servers = [];
    const dashboard = await open("/", look);
    const { page } = dashboard;
    await page.getByRole("heading", { name: "Connect your first server" }).waitFor();
    await dashboard.expectLegible();
    await page.getByRole("button", { name: "Add server" }).click();
    const dialog = page.getByRole("dialog", { name: "Add server" });
    await dialog.getByText(/culvert connect 3000 --server .* --code K7QF-2MXD-9TRA/).waitFor();
    expect(await dialog.getByRole("timer").innerText()).toMatch(/^9:[34]\d$/);
    await dialog.getByText("Waiting for the machine").waitFor();
    await dashboard.expectLegible();
    fixture.push({ type: "server", server: serverOf("j", "studio-mac", "ready", [["vite", "healthy"]]) });
    const added = page.getByRole("dialog", { name: "Server added" });
    await added.getByText("studio-mac is here").waitFor();
    const href = await added.getByRole("link", { name: "Open vite" }).getAttribute("href");
    expect(href).toBe(`/app-view/${"j".repeat(26)}/vite`);
    await dashboard.expectLegible();
    dashboard.expectClean();
  });
});

it("shows the list after at most 200 KiB of scripts, those that it fetches later by itself among them", async () => {
  const { page, scripts } = await open();
  await page.getByRole("heading", { name: "studio-mac" }).waitFor();
  await scripts.rest();
  expect(fixture.scriptBytes()).toBeGreaterThan(0);
  expect(fixture.scriptBytes()).toBeLessThanOrEqual(200 * 1024);
});

it("opens services by real links, the primary one and the others", async () => {
  const { page } = await open();
  const primary = page.getByRole("link", { name: "Open vite on studio-mac" });
  expect(await primary.getAttribute("href")).toBe(`/app-view/${"a".repeat(26)}/vite`);
  await page.getByRole("button", { name: "Choose a service of studio-mac" }).click();
  const other = page.getByRole("menuitem", { name: "Open code-server" });
  expect(await other.getAttribute("href")).toBe(`/app-view/${"a".repeat(26)}/code-server`);
});

it("opens a menu that was asked for before its code was there, and gives the focus back", async () => {
  const { page } = await open();
  const button = page.getByRole("button", { name: /^Account/ });
  await button.waitFor();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let asked = 0;
  await page.route("**/assets/*.js", async (route) => {
    asked += 1;
    await released;
    await route.continue();
  });
  await button.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => asked).toBeGreaterThan(0);
  expect(await button.getAttribute("aria-busy")).toBe("true");
  release();
  await page.getByRole("menuitemradio", { name: "Dark" }).waitFor();
  expect(await button.getAttribute("aria-expanded")).toBe("true");
  await page.keyboard.press("Escape");
  await expect.poll(() => button.getAttribute("aria-expanded")).toBe("false");
  await expect.poll(() => button.evaluate((element) => document.activeElement === element)).toBe(true);
});

it("says why a menu does not come while the network is away, and opens it at the next press", async () => {
  const { page, context } = await open();
  const button = page.getByRole("button", { name: "Choose a service of studio-mac" });
  await button.waitFor();
  await context.setOffline(true);
  await button.click();
  await page.getByText("A part of this page could not be loaded.").waitFor();
  await context.setOffline(false);
  await button.click();
  await page.getByRole("menuitem", { name: "Open code-server" }).waitFor();
});

it("can be walked by keyboard; a button that does not open says why and goes nowhere", async () => {
  const { page } = await open();
  await page.getByRole("list", { name: "Servers" }).waitFor();
  const reached: string[] = [];
  for (let step = 0; step < 21; step += 1) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => {
        const element = document.activeElement;
        const named = element instanceof HTMLSelectElement ? element.labels[0]?.firstElementChild : element;
        return element?.getAttribute("aria-label") ?? named?.textContent?.trim() ?? "";
      }),
    );
  }
  expect(reached).toEqual([
    "Skip to the page",
    "Culvert: servers",
    ...["Servers", "Overview", "Sessions", "Activity", "Members"],
    "Account: ada@example.org",
    "Search servers and services",
    "Add server",
    ...["All 9", "ready 4", "degraded 1", "unavailable 2", "offline 2"],
    ...["Sort", "Group"],
    ...["attic-nas", "Open"],
    ...["build-box", "Open web on build-box"],
  ]);
  const refused = page.getByRole("listitem").filter({ hasText: "attic-nas" }).getByRole("button", { name: "Open" });
  const reasonId = await refused.getAttribute("aria-describedby");
  expect(await page.locator(`[id="${reasonId}"]`).innerText()).toContain("too old for this dashboard");
  await refused.focus();
  await page.keyboard.press("Enter");
  expect(new URL(page.url()).pathname).toBe("/");
});

it("finds servers by any of their words", async () => {
  const { page } = await open();
  await page.getByRole("searchbox").fill("macos ready");
  await expect
    .poll(() => page.getByRole("heading", { level: 2 }).allInnerTexts())
    .toEqual(["office-imac", "studio-mac"]);
  await page.getByRole("searchbox").fill("nowhere");
  await page.getByRole("button", { name: "Show all 9" }).click();
  await expect.poll(() => page.getByRole("heading", { level: 2 }).count()).toBe(9);
});

it("filters by state, sorts and groups, and keeps order and groups for the next visit", async () => {
  const { page } = await open();
  const labels = () => page.getByRole("heading", { level: 2 }).allInnerTexts();
  await page.getByRole("button", { name: "offline 2" }).click();
  await expect.poll(labels).toEqual(["new-laptop", "old-laptop"]);
  await page.getByLabel("Sort").selectOption("Last seen");
  await expect.poll(labels).toEqual(["old-laptop", "new-laptop"]);
  await page.getByRole("button", { name: "offline 2" }).click();
  await page.getByLabel("Group").selectOption("System");
  const groups = () => page.locator(".server-group").allInnerTexts();
  const wanted = ["Linux 5", "macOS 2", "Not known yet 1", "Windows 1"];
  await expect.poll(groups).toEqual(wanted);
  await page.reload();
  await expect.poll(groups).toEqual(wanted);
  expect(await page.getByLabel("Sort").inputValue()).toBe("seen");
});

it("puts a server into a group on its page, by which the list is grouped and searched", async () => {
  const mac = everyState[0];
  if (mac === undefined) throw new Error("no server");
  const path = `/api/servers/${mac.serverId}`;
  fixture.answers.set(`PATCH ${path}`, { ...mac, group: "Lab" });
  const { page } = await open(`/servers/${mac.serverId}`);
  await page.getByLabel("Group", { exact: true }).fill(" Lab ");
  await page.getByRole("button", { name: "Set the group" }).click();
  await page.getByText("studio-mac is in the group Lab now.").first().waitFor();
  expect(fixture.asked).toContain(`PATCH ${path} {"group":"Lab"}`);
  fixture.push({ type: "server", server: { ...mac, group: "Lab" } });
  await page.getByRole("link", { name: "Servers", exact: true }).click();
  await page.getByLabel("Group").selectOption("Your groups");
  await expect.poll(() => page.locator(".server-group").allInnerTexts()).toEqual(["Lab 1", "In no group 8"]);
  await page.getByRole("searchbox").fill("lab ready");
  await expect.poll(() => page.locator(".server-row h2").allInnerTexts()).toEqual(["studio-mac"]);
});

it("shows who has something open, and by which way", async () => {
  const dashboard = await open();
  const { page } = dashboard;
  await page.getByRole("heading", { name: "studio-mac" }).waitFor();
  const mac = everyState[0];
  if (mac === undefined) throw new Error("no server");
  const told = (viewers: readonly OpenViewer[]) =>
    fixture.push({ type: "server", server: { ...mac, viewers: [...viewers] } });
  told([viewerOf(1, "direct", 12)]);
  await rowOf(dashboard, "studio-mac").getByText("direct 12 ms, 1 viewer", { exact: true }).waitFor();
  told([viewerOf(1, "direct", 12), viewerOf(2, "relay", null)]);
  await rowOf(dashboard, "studio-mac").getByText("2 viewers: 1 direct, 1 relay", { exact: true }).waitFor();
  told([]);
  await expect.poll(() => page.getByText(/viewers?\b.*relay/).count()).toBe(0);
});

it("is live: a server that goes offline says so without a reload", async () => {
  const dashboard = await open();
  await rowOf(dashboard, "studio-mac").getByText("ready", { exact: true }).first().waitFor();
  const gone = serverOf("a", "studio-mac", "disconnected", [["vite", "unknown"]], { lastConnectedAt: nowMs - 30_000 });
  fixture.push({ type: "server", server: gone });
  await rowOf(dashboard, "studio-mac").getByText("studio-mac is offline since 14:19.").waitFor();
  dashboard.expectClean();
});

it("says that the server is away, and comes back by itself with the newest list", async () => {
  const { page } = await open();
  await page.getByRole("heading", { name: "studio-mac" }).waitFor();
  fixture.leave();
  await page.getByText("Culvert’s server is away").waitFor();
  fixture.servers = [serverOf("k", "came-later", "ready", [["web", "healthy"]])];
  fixture.away = false;
  await page.getByRole("heading", { name: "came-later" }).waitFor();
  expect(await page.getByText("Culvert’s server is away").count()).toBe(0);
});

it("offers a new command when the code has expired, and says why none could be made", async () => {
  const { page } = await open();
  fixture.enrolmentFault = { status: 429, code: "limit-reached", message: "This account has 20 open codes." };
  await page.getByRole("button", { name: "Add server" }).click();
  await page.getByText("This account has 20 open codes.").waitFor();
  fixture.enrolmentFault = undefined;
  fixture.enrolmentExpiresAt = nowMs - 1;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("The code expired before a machine used it.").waitFor();
  fixture.enrolmentExpiresAt = nowMs + 582_000;
  await page.getByRole("button", { name: "New command" }).click();
  await page.getByText("Waiting for the machine").waitFor();
});

it("keeps the colour scheme that somebody chose", async () => {
  const { page } = await open();
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  const schemeOf = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  await expect.poll(schemeOf).toBe("dark");
  await page.reload();
  await page.getByRole("heading", { name: "studio-mac" }).waitFor();
  expect(await schemeOf()).toBe("dark");
});
