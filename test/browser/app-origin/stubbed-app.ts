/** Opens the stub core in a page of the dashboard origin and the app in its frame. */
import type { Frame, Page } from "playwright-core";
import { vi } from "vitest";
import type { OriginServer } from "./origin-server.ts";
import { runStubCore, type Stub } from "./stub-core.ts";

declare const stub: Stub;

/** Loads the dashboard page with a stub core, and a path of the app in its frame. */
export async function openStubbedApp(page: Page, server: OriginServer, path: string, title: string): Promise<Frame> {
  await page.goto(server.dashboardOrigin);
  const { appOrigin, dashboardOrigin, appViewUrl } = server;
  await page.evaluate(runStubCore, { appOrigin, dashboardOrigin, appViewUrl });
  await page.waitForFunction(() => stub.workerReady > 0, undefined, { timeout: 20_000 });
  return openInApp(page, server, path, title);
}

/** Opens a path of the app by the boot page and waits for the document's title. */
export async function openInApp(page: Page, server: OriginServer, path: string, title: string): Promise<Frame> {
  await page.evaluate((wanted) => stub.openApp(wanted), path);
  await waitForTitle(page, server, title);
  return appFrame(page, server) as Frame;
}

/** Waits until the app's frame shows a document with this title. */
export async function waitForTitle(page: Page, server: OriginServer, title: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const shown = await appFrame(page, server)?.title();
      if (shown !== title) throw new Error(`the app's frame shows "${shown}", not "${title}"`);
    },
    { timeout: 20_000 },
  );
}

/** The app's frame: the one of its origin that is not the courier. */
export function appFrame(page: Page, server: OriginServer): Frame | undefined {
  return page.frames().find((frame) => frame.url().startsWith(server.appOrigin) && !frame.url().endsWith("/courier"));
}
