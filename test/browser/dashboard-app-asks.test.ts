/** What an app brings to the App View beside its pages: a sign-in that it asks for, and what of it does not work here. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../harness/browser.ts";
import { DashboardFixture } from "./dashboard/fixture.ts";
import { type DashboardPage, looks, openDashboard } from "./dashboard/open-dashboard.ts";
import { everyState } from "./dashboard/sample-servers.ts";
import {
  bootSteps,
  buildWithScriptedEngine,
  engineOf,
  tellSignIn,
  tellState,
  tellTrouble,
} from "./dashboard/scripted-engine.ts";

const address = `/app-view/${"a".repeat(26)}/vite`;

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

async function openApp(look = looks[0]): Promise<DashboardPage> {
  const opened = await openDashboard(browser, fixture, address, look);
  onTestFinished(() => opened.context.close());
  await opened.page.getByText("on studio-mac").waitFor({ state: "attached" });
  await tellState(opened.page, { phase: "open", pathKind: "direct", rttMs: 12, steps: bootSteps(6) });
  await opened.page.frameLocator("iframe").getByText("Vite + React").waitFor();
  return opened;
}

describe.each(looks)("at $width px, $colorScheme", (look) => {
  it("says quietly that something does not work, and what and why when asked", async () => {
    const view = await openApp(look);
    const badge = view.page.getByRole("button", { name: /not work here$/ });
    expect(await badge.count()).toBe(0);
    await tellTrouble(view.page, { kind: "loopback", detail: "http://localhost:8000" });
    await badge.waitFor();
    expect(await badge.getAttribute("aria-label")).toBe("1 thing does not work here");
    await tellTrouble(view.page, { kind: "sync-request", detail: "/api/state?of=<b>everything</b>" });
    await tellTrouble(view.page, { kind: "loopback", detail: `http://127.0.0.1:9000/${"long".repeat(60)}` });
    await view.page.getByRole("status").getByText("3 things do not work here").waitFor({ state: "attached" });
    await view.expectLegible();
    await badge.click();
    const list = view.page.getByRole("dialog", { name: "3 things do not work here" });
    await list.getByRole("heading", { name: "Another program on that machine" }).waitFor();
    expect(await list.getByRole("listitem").count()).toBe(2);
    expect(await list.locator("code").allInnerTexts()).toEqual([
      "http://localhost:8000",
      `http://127.0.0.1:9000/${"long".repeat(60)}`,
      "/api/state?of=<b>everything</b>",
    ]);
    await view.expectLegible();
    await view.page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    await expect.poll(() => badge.evaluate((element) => element === document.activeElement)).toBe(true);
    view.expectClean();
  });

  it("asks what the app asks, and brings the answer", async () => {
    const view = await openApp(look);
    await tellSignIn(view.page, [{ questionId: 1, realm: "Team wiki", isRejected: false }]);
    const dialog = view.page.getByRole("dialog", { name: "Sign in to vite" });
    await dialog.getByText("The app on studio-mac asks who you are for").waitFor();
    expect(await dialog.locator("q").innerText()).toBe("Team wiki");
    await view.expectLegible();
    const userName = dialog.getByLabel("User name");
    await expect.poll(() => userName.evaluate((element) => element === document.activeElement)).toBe(true);
    await userName.fill("a:da");
    await dialog.getByText("A user name has no colon.").waitFor();
    expect(await dialog.getByRole("button", { name: "Sign in" }).isEnabled()).toBe(false);
    await userName.fill("ada");
    await dialog.getByLabel("Password", { exact: true }).fill("pass");
    await view.page.keyboard.press("Enter");
    await expect
      .poll(async () => (await engineOf(view.page)).calls)
      .toEqual([`answer 1 {"userName":"ada","password":"pass"}`]);
    await tellSignIn(view.page, [{ questionId: 2, realm: "", isRejected: true }]);
    await dialog.getByRole("alert").getByText("did not accept that user name and password").waitFor();
    expect(await dialog.getByLabel("Password", { exact: true }).inputValue()).toBe("");
    expect(await dialog.locator("q").count()).toBe(0);
    await view.expectLegible();
    await view.page.keyboard.press("Escape");
    await expect.poll(async () => (await engineOf(view.page)).calls.at(-1)).toBe("answer 2 undefined");
    await tellSignIn(view.page, []);
    await dialog.waitFor({ state: "hidden" });
    view.expectClean();
  });
});

it("keeps the browser's own passwords for this site out of what an app asks", async () => {
  const view = await openApp();
  await tellSignIn(view.page, [{ questionId: 1, realm: "r", isRejected: false }]);
  const dialog = view.page.getByRole("dialog", { name: "Sign in to vite" });
  const password = dialog.getByLabel("Password", { exact: true });
  expect(await password.getAttribute("autocomplete")).toBe("new-password");
  expect(await dialog.getByLabel("User name").getAttribute("autocomplete")).toBe("off");
});

it("opens as a person's own what a person opened, and as foreign what another site led to", async () => {
  const own = await openApp();
  expect(await engineOf(own.page)).toMatchObject({ isForeignOpening: false });
  await own.page.goto("about:blank");
  const foreign = await own.context.newPage();
  await foreign.goto(fixture.appOrigin);
  await foreign.evaluate((to) => {
    location.href = to;
  }, `${fixture.origin}${address}#/transfer`);
  await foreign.getByText("on studio-mac").waitFor({ state: "attached" });
  expect(await engineOf(foreign)).toMatchObject({ isForeignOpening: true, initialPath: "/transfer" });
});
