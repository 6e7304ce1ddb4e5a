/** The App View's frame and its inspector around a scripted tunnel: usable by everybody, and what each control does. */
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { axeFaults } from "../harness/axe.ts";
import { launchBrowser } from "../harness/browser.ts";
import { walkByKeyboard } from "../harness/keyboard-walk.ts";
import { stylesSettled } from "../harness/settled.ts";
import {
  appViewAddress,
  appViewServers,
  appViewStates,
  choose,
  connected,
  inspect,
} from "./dashboard/app-view-states.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { type DashboardPage, looks, openDashboard } from "./dashboard/open-dashboard.ts";
import { anyDetail, requestOf, visit } from "./dashboard/sample-requests.ts";
import { buildWithScriptedEngine, engineOf, tellState } from "./dashboard/scripted-engine.ts";
import { tellRequests } from "./dashboard/scripted-inspector.ts";

/** The others are of the same parts; all of them are in the screenshots. */
const looked = appViewStates.filter(
  ({ name }) => process.env.CULVERT_EVERY_STATE === "1" || /^(request|socket|relay|menu|boot)$/.test(name),
);

let browser: Browser;
let files: ReadonlyMap<string, Uint8Array>;
let fixture: DashboardFixture;

beforeAll(async () => {
  files = await buildWithScriptedEngine();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  fixture = new DashboardFixture();
  fixture.servers = appViewServers;
  await fixture.start(files);
  onTestFinished(() => fixture.stop());
});

async function open(look = looks[0]): Promise<DashboardPage> {
  const opened = await openDashboard(browser, fixture, appViewAddress, look);
  onTestFinished(() => opened.context.close());
  await opened.page.getByText("on studio-mac").waitFor({ state: "attached" });
  return opened;
}

const callsOf = async ({ page }: DashboardPage) => (await engineOf(page)).calls;

it.each(looked)("$name can be used by everybody: wide and light, narrow and dark", async ({ arrange }) => {
  const view = await open();
  await arrange(view.page, fixture);
  await stylesSettled(view.page);
  expect(await axeFaults(view.page)).toEqual([]);
  await view.expectLegible();
  await view.page.setViewportSize({ width: 390, height: 844 });
  await view.page.emulateMedia({ colorScheme: "dark" });
  await view.page.locator(':root[data-mantine-color-scheme="dark"]').waitFor();
  await stylesSettled(view.page);
  expect(await axeFaults(view.page)).toEqual([]);
  await view.expectLegible();
  view.expectClean();
});

it("the whole frame with the inspector open is reached by Tab, and shows where it is", async () => {
  const view = await open();
  await inspect(view.page, visit);
  await choose(view.page, "/api/report/slow");
  const { stops, ...faults } = await walkByKeyboard(view.page);
  expect(faults).toEqual({ unreached: [], unseen: [], hidden: [] });
  expect(stops).toBeGreaterThan(15);
});

it("goes through the requests by keys, filters them, and comes back", async () => {
  const view = await open();
  const { page } = view;
  await inspect(page, visit);
  const grid = page.getByRole("grid", { name: "Requests" });
  await grid.press("Home");
  expect(await grid.getAttribute("aria-activedescendant")).toBe("request-1");
  await grid.press("ArrowDown");
  await grid.press("Enter");
  const details = page.getByRole("region", { name: /^Request / });
  expect(await details.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.getByText("Mozilla/5.0").waitFor();
  await page.keyboard.press("Escape");
  expect(await grid.evaluate((element) => element === document.activeElement)).toBe(true);
  await grid.press("/");
  await page.keyboard.type("api status:4xx");
  await expect.poll(() => page.getByRole("row").count()).toBe(2);
  await page.getByRole("status").getByText("1 of 14").waitFor();
  // What comes later is filtered too; what does not fit any more goes.
  await tellRequests(page, { requests: [requestOf(15, { status: 404 }), requestOf(7, { status: 200 })] });
  await page.locator("#request-15").waitFor();
  await page.locator("#request-7").waitFor({ state: "detached" });
  await page.getByLabel("Which requests").selectOption("live");
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(() => page.getByRole("row").count()).toBeGreaterThan(10);
  view.expectClean();
});

it("on a phone it is opened by the menu, and a request stands in the list's place until somebody goes back", async () => {
  const view = await open({ width: 390, colorScheme: "light" });
  const { page } = view;
  await tellState(page, connected);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: /^Inspect requests/ }).click();
  await tellRequests(page, { requests: visit, details: { any: anyDetail } });
  const grid = page.getByRole("grid", { name: "Requests" });
  await page.locator("#request-10").click();
  await page.getByText("Mozilla/5.0").waitFor();
  expect(await grid.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Back to the requests" }).click();
  await grid.waitFor();
  await page.getByRole("button", { name: /^Connection:/ }).click();
  await page.getByRole("heading", { name: "Sealed end to end" }).waitFor();
  await view.expectLegible();
  view.expectClean();
});

it("copies, repeats after a question, keeps bodies and forgets, each by the core alone", async () => {
  const view = await open();
  const { page } = view;
  await view.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await inspect(page, visit);
  await choose(page, "/api/login");
  await page.getByRole("button", { name: "Copy as cURL" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain("curl --globoff 'http://localhost:5173/api/login' \\\n  -X 'POST'");
  expect(command).toContain("# Put your own values where ‹masked› stands.");
  await page.getByRole("button", { name: "Repeat", exact: true }).click();
  await page.getByText("The app gets this POST a second time").waitFor();
  await page.getByRole("button", { name: "Repeat it" }).click();
  await page.getByRole("button", { name: "Keep bodies" }).click();
  await page.getByRole("button", { name: "Forget all requests" }).click();
  await page.keyboard.press("Alt+Shift+KeyI");
  await page.getByRole("grid").waitFor({ state: "detached" });
  expect(await callsOf(view)).toEqual(["watch", "repeat 7", "keep bodies true", "clear", "unwatch"]);
  view.expectClean();
});

it("saves what is shown as an archive that a browser plays back", async () => {
  const view = await open();
  await inspect(view.page, visit);
  await view.page.getByLabel("Filter requests").fill("report");
  await view.page.getByRole("status").getByText("1 of 14").waitFor();
  const downloading = view.page.waitForEvent("download");
  await view.page.getByRole("button", { name: "Export what is shown as HAR" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("vite.har");
  const har = await download.path();
  expect(JSON.parse(await readFile(har, "utf8")).log.entries).toHaveLength(1);
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  await context.routeFromHAR(har, { notFound: "abort" });
  const page = await context.newPage();
  const answer = await page.goto("http://localhost:5173/api/report/slow");
  expect(await answer?.json()).toMatchObject({ items: [{ id: 7 }, { id: 8 }] });
  view.expectClean();
});

it("hides its bar and gives it back, and is pulled to another height", async () => {
  const view = await open();
  const { page } = view;
  await inspect(page, visit);
  const edge = page.getByRole("separator", { name: "Height of the inspector" });
  const before = Number(await edge.getAttribute("aria-valuenow"));
  await edge.press("ArrowUp");
  await expect.poll(async () => Number(await edge.getAttribute("aria-valuenow"))).toBe(before + 24);
  const box = await edge.boundingBox();
  if (box === null) throw new Error("the edge is not there");
  await page.mouse.move(700, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(700, 300, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Number(await edge.getAttribute("aria-valuenow"))).toBe(600);
  await page.keyboard.press("Alt+Shift+KeyB");
  await page.getByRole("button", { name: /^Show the bar. Connection: Direct/ }).click();
  await page.getByRole("button", { name: "Reload the app" }).waitFor();
  view.expectClean();
});

it("shows the app before anything of the inspector is loaded", async () => {
  const view = await open();
  await tellState(view.page, connected);
  await view.page.frameLocator("iframe").getByText("Vite + React").waitFor();
  await view.scripts.rest();
  const parts = () => fixture.addresses.filter((address) => /inspector|path-charts|shortcut-dialog/.test(address));
  expect(parts()).toEqual([]);
  await view.page.keyboard.press("Alt+Shift+KeyI");
  await view.page.getByRole("grid", { name: "Requests" }).waitFor();
  expect(parts().length).toBeGreaterThan(0);
});
