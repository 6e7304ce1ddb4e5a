/** The App View page around a scripted tunnel: bar, state line, boot, losses, and an app path that stays private. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { type DashboardPage, looks, openDashboard } from "./dashboard/open-dashboard.ts";
import { everyState, nowMs, serverOf } from "./dashboard/sample-servers.ts";
import {
  bootSteps,
  buildWithScriptedEngine,
  engineOf,
  tellIcon,
  tellLocation,
  tellState,
} from "./dashboard/scripted-engine.ts";

const page = `/app-view/${"a".repeat(26)}/vite`;
const open6 = { phase: "open", pathKind: "direct", rttMs: 12.3, steps: bootSteps(6) } as const;
const lost = {
  phase: "lost",
  code: "path-failed",
  message: "the data channel was closed",
  hint: "It is rebuilt by itself.",
  attempt: 2,
  steps: bootSteps(6),
} as const;

let browser: Browser;
let fixture: DashboardFixture;
let files: ReadonlyMap<string, Uint8Array>;

beforeAll(async () => {
  browser = await launchBrowser();
  files = await buildWithScriptedEngine();
});

afterAll(async () => {
  await browser.close();
});

beforeEach(async () => {
  fixture = new DashboardFixture();
  fixture.servers = everyState;
  await fixture.start(files);
  onTestFinished(() => fixture.stop());
});

async function open(address = page, look = looks[0]): Promise<DashboardPage> {
  const opened = await openDashboard(browser, fixture, address, look);
  onTestFinished(() => opened.context.close());
  await opened.page.getByText("on studio-mac").waitFor({ state: "attached" });
  return opened;
}

const lineOf = ({ page: view }: DashboardPage) => view.getByRole("button", { name: /^Connection:/ });

describe.each(looks)("at $width px, $colorScheme", (look) => {
  it("shows the boot step by step and steps aside when the app paints", async () => {
    const view = await open(page, look);
    const steps = view.page.getByRole("region", { name: "Opening vite" });
    await tellState(view.page, { phase: "connecting", steps: bootSteps(3, "running") });
    await steps.getByText("finding the direct way …").waitFor();
    expect((await steps.innerText()).replaceAll(/\s+/g, " ")).toContain("Session 41 ms Relay 36 ms Agent 62 ms Direct");
    expect(await lineOf(view).innerText()).toBe("Connecting…");
    await view.expectLegible();
    await tellState(view.page, { ...open6, steps: bootSteps(5, "running") });
    expect(await steps.isVisible()).toBe(true);
    await tellState(view.page, open6);
    await steps.waitFor({ state: "hidden" });
    expect(await lineOf(view).innerText()).toBe("Direct · 12 ms");
    await view.page.frameLocator("iframe").getByText("Vite + React").waitFor();
    await view.expectLegible();
    view.expectClean();
  });

  it("says which step failed, why, and what to do", async () => {
    const view = await open(page, look);
    await tellState(view.page, {
      phase: "failed",
      code: "no-direct-path",
      message: "No direct connection to studio-mac came up within 15 s.",
      hint: "Try another network, or allow the relay for this service.",
      steps: bootSteps(3, "failed"),
    });
    await view.page.getByRole("heading", { name: "vite did not open" }).waitFor();
    await view.page.getByRole("listitem").filter({ hasText: "Direct" }).getByText("failed").waitFor();
    await view.page.getByText("Try another network, or allow the relay for this service.").waitFor();
    expect(await lineOf(view).innerText()).toBe("Not connected");
    await view.expectLegible();
    await view.page.getByRole("button", { name: "Try again" }).click();
    expect((await engineOf(view.page)).calls).toEqual(["retry"]);
    view.expectClean();
  });

  it("keeps a painted app in sight while it reconnects", async () => {
    const view = await open(page, look);
    await tellState(view.page, open6);
    await tellState(view.page, lost);
    await view.page.getByRole("alert").getByText("The connection to studio-mac broke.").waitFor();
    expect(await lineOf(view).innerText()).toBe("Reconnecting 2/5 …");
    expect(await view.page.getByRole("heading", { name: "vite is not reachable" }).isVisible()).toBe(false);
    await view.expectLegible();
    view.expectClean();
  });
});

it("tells the truth about the way: TURN, relay, closed", async () => {
  const view = await open();
  await tellState(view.page, { ...open6, pathKind: "turn", rttMs: 48 });
  await expect.poll(() => lineOf(view).innerText()).toBe("TURN · 48 ms");
  await tellState(view.page, { ...open6, pathKind: "relay", rttMs: 61 });
  await expect.poll(() => lineOf(view).innerText()).toBe("Relay · 61 ms (trying direct)");
  await lineOf(view).click();
  await view.page.getByText("Culvert passes sealed messages between this browser and studio-mac").waitFor();
  await view.page.keyboard.press("Escape");
  await tellState(view.page, { phase: "closed" });
  await expect.poll(() => lineOf(view).innerText()).toBe("Closed");
});

it("opens the app at the fragment's path and follows the app in fragment, title and path field", async () => {
  const view = await open(`${page}#/src/App.tsx?x=1#top`);
  expect(await engineOf(view.page)).toMatchObject({ initialPath: "/src/App.tsx?x=1#top", accountId: "account-1" });
  expect(await view.page.title()).toBe("vite – studio-mac");
  await tellState(view.page, open6);
  await tellLocation(view.page, { path: "/secret/report?id=7", title: "Report 7" });
  await expect.poll(() => view.page.title()).toBe("Report 7 – vite");
  expect(new URL(view.page.url()).hash).toBe("#/secret/report?id=7");
  expect(await view.page.getByLabel("Path in the app").inputValue()).toBe("/secret/report?id=7");
  expect([...fixture.addresses, ...fixture.asked].join("\n")).not.toMatch(/App\.tsx|secret/);
  view.expectClean();
});

it("shows the app's icon in its tab for as long as the app has one", async () => {
  const view = await open();
  await tellState(view.page, open6);
  const link = view.page.locator('link[rel="icon"]');
  const own = await link.getAttribute("href");
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  await tellIcon(view.page, icon);
  await expect.poll(() => link.getAttribute("href")).toBe(icon);
  await tellIcon(view.page, undefined);
  await expect.poll(async () => new URL((await link.getAttribute("href")) ?? "", view.page.url()).pathname).toBe(own);
  view.expectClean();
});

it("goes where somebody types or edits the address, and never to another host", async () => {
  const view = await open();
  await tellState(view.page, open6);
  const field = view.page.getByLabel("Path in the app");
  await field.fill("docs/intro");
  await field.press("Enter");
  await view.page.evaluate(() => {
    window.location.hash = "#/from-the-address";
  });
  await view.page.evaluate(() => {
    window.location.hash = "#//evil.example/";
  });
  await expect
    .poll(async () => (await engineOf(view.page)).calls)
    .toEqual(["navigate /docs/intro", "navigate /from-the-address", "navigate /"]);
});

it("reloads the app and offers it in a tab of its own", async () => {
  const view = await open(`${page}#/src`);
  await tellState(view.page, open6);
  await view.page.getByRole("button", { name: "Reload the app" }).click();
  expect((await engineOf(view.page)).calls).toEqual(["reload"]);
  const tab = view.page.getByRole("link", { name: "Open the app in a tab of its own" });
  expect(await tab.getAttribute("href")).toBe(`${fixture.appOrigin}/src`);
});

it("says since when the server is offline, and tries again by itself when it is back", async () => {
  const view = await open();
  await tellState(view.page, open6);
  await tellState(view.page, { ...lost, code: "offline", message: "The agent left." });
  const services = [["vite", "healthy"]] as const;
  fixture.push({
    type: "server",
    server: serverOf("a", "studio-mac", "disconnected", services, { lastConnectedAt: nowMs - 18 * 60_000 }),
  });
  await view.page.getByText("studio-mac is offline since 14:02.").waitFor();
  expect(await lineOf(view).innerText()).toBe("Offline since 14:02");
  fixture.push({ type: "server", server: serverOf("a", "studio-mac", "ready", services) });
  await expect.poll(async () => (await engineOf(view.page)).calls).toEqual(["retry"]);
});

it("leads back to the list by a document navigation, which ends the view", async () => {
  const view = await open();
  await view.page.getByRole("link", { name: "Back to the servers" }).first().click();
  await view.page.getByRole("heading", { name: "Servers" }).waitFor();
  expect(fixture.addresses.filter((address) => address === "/")).toHaveLength(1);
});
