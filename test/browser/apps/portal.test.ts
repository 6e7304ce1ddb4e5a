/** code-server by "Open IDE" of a portal: a launch link leads to it in a new tab, and it does there what it does elsewhere. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepOnFailure, launchBrowser } from "../../harness/browser.ts";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { appFrame, signIn, waitForState } from "../../harness/visit.ts";
import { codeServer } from "./code-server/code-server.ts";
import { followContext } from "./context-log.ts";
import { installedApp } from "./installed-app.ts";
import { type Portal, startPortal } from "./portal.ts";
import { type RunningApp, runApp } from "./running-app.ts";
import { inAppView } from "./visits.ts";

const installMs = 20 * 60_000;
const checkMs = 15 * 60_000;
const stepMs = 180_000;
const asked = (process.env.CULVERT_APPS ?? "").split(",").filter((name) => name !== "");

/** An access token for the portal's server, made where an owner makes one. */
function newAccessToken(page: Page): Promise<{ token: string; serverId: string }> {
  return page.evaluate(async () => {
    const headers = { "content-type": "application/json" };
    const made = await fetch("/api/tokens", { method: "POST", headers, body: JSON.stringify({ label: "portal" }) });
    const { token } = await made.json();
    const { servers } = await (await fetch("/api/servers")).json();
    return { token, serverId: servers[0].serverId };
  });
}

describe.runIf(asked.length === 0 || asked.includes("code-server"))("a portal", () => {
  let running: RunningApp;
  let culvert: Culvert;
  /** Stays open until a failure has been kept. */
  let browser: Browser | undefined;
  let portal: Portal | undefined;

  beforeAll(async () => {
    running = await runApp(
      codeServer,
      installedApp("code-server", (line) => console.info(line)),
    );
    culvert = await startCulvert({ appPort: running.port, webrtc: "native", recording: "count" });
  }, installMs);
  afterAll(async () => {
    portal?.close();
    await browser?.close();
    await culvert?.stop();
    await running?.stop();
  });

  test("opens code-server in a new tab: a file is edited, a terminal used", { timeout: checkMs }, async () => {
    const log: string[] = [];
    browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(stepMs);
    followContext(context, log);
    const page = await context.newPage();
    portal = await startPortal({ dashboardOrigin: culvert.dashboardOrigin, ...(await portalAccess(page)) });
    await page.goto(portal.url);
    const opening = context.waitForEvent("page");
    await page.getByRole("link", { name: "Open IDE" }).click();
    const tab = await opening;
    keepOnFailure("apps-portal", tab, { console: () => log, app: () => running.lines, ...culvert.logs });
    await waitForState(tab, /^Direct/, stepMs);
    expect(new URL(tab.url()).origin).toBe(culvert.dashboardOrigin);
    // The link's code opened once and stands in no address any more.
    expect(tab.url()).not.toContain("code=");
    await codeServer.check(inAppView(browser, tab, await appFrame(tab), { running }));
  });

  async function portalAccess(page: Page): Promise<{ accessToken: string; serverId: string }> {
    await signIn(page, culvert.signInLink);
    const { token, serverId } = await newAccessToken(page);
    return { accessToken: token, serverId };
  }
});
