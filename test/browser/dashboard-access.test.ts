/**
 * Every page of the dashboard but the App View, in every state: for screen readers, weak eyes, phones and keyboards, in both
 * themes, and without a request to any other host.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { axeFaults } from "../harness/axe.ts";
import { launchBrowser } from "../harness/browser.ts";
import { walkByKeyboard } from "../harness/keyboard-walk.ts";
import { stylesSettled } from "../harness/settled.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { type DashboardPage, openDashboard } from "./dashboard/open-dashboard.ts";
import { forgetState, type PageState } from "./dashboard/page-state.ts";
import { pageStates } from "./dashboard/page-states.ts";
import { buildWithScriptedEngine } from "./dashboard/scripted-engine.ts";

/** States that have nothing of their own beside those below are looked at with CULVERT_EVERY_STATE=1, and in the screenshots. */
const often =
  /-many$|-dialog$|^sign-in$|^set-up$|^invitation$|^share-pin$|^approve-(machine|device|by-link)$|^launch-expired$|^server-(empty|failing|not-approved)$|^servers-empty$|^sessions-(loading|failing)$|^activity-changed$|^not-found$/;
const looked = pageStates.filter(({ name }) => process.env.CULVERT_EVERY_STATE === "1" || often.test(name));

let browser: Browser;
const fixture = new DashboardFixture();

beforeAll(async () => {
  await fixture.start(await buildWithScriptedEngine());
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await fixture.stop();
});

async function open({ address, prepare, ready }: PageState): Promise<DashboardPage> {
  forgetState(fixture);
  prepare(fixture);
  const opened = await openDashboard(browser, fixture, address);
  onTestFinished(() => opened.context.close());
  await ready(opened.page);
  await stylesSettled(opened.page);
  return opened;
}

it.each(looked)("$name can be used by everybody: wide and light, narrow and dark, by keyboard", async (state) => {
  const opened = await open(state);
  const { page } = opened;
  expect(await axeFaults(page)).toEqual([]);
  await opened.expectLegible();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator(':root[data-mantine-color-scheme="dark"]').waitFor();
  await stylesSettled(page);
  expect(await axeFaults(page)).toEqual([]);
  await opened.expectLegible();
  if (state.isDialog !== true) {
    const { stops, ...faults } = await walkByKeyboard(page);
    expect(faults).toEqual({ unreached: [], unseen: [], hidden: [] });
    expect(stops).toBeGreaterThan(0);
  }
  opened.expectOwnHosts();
});

it("a question is asked, kept in and left by keyboard alone, and the focus goes back", async () => {
  const state = pageStates.find(({ name }) => name === "members-many");
  if (state === undefined) throw new Error("no such state");
  const { page } = await open(state);
  const button = page.getByRole("button", { name: "Take back the invitation of Alan from the audit" });
  await button.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Take back the invitation of Alan from the audit?" });
  await dialog.waitFor();
  const isInside = () => dialog.evaluate((element) => element.contains(document.activeElement));
  await expect.poll(isInside).toBe(true);
  for (let presses = 0; presses < 5; presses += 1) {
    await page.keyboard.press("Tab");
    expect(await isInside()).toBe(true);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(fixture.asked.filter((asked) => asked.startsWith("DELETE"))).toEqual([]);
});
