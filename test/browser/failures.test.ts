/** What an owner sees when the laptop or the app goes away: the truth, what to do, and how it comes back by itself. */
import type { Browser, Frame, Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createShowcase, type Showcase } from "../apps/showcase/showcase.ts";
import { keepOnFailure, launchBrowser, logPage } from "../harness/browser.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { eventually } from "../harness/eventually.ts";
import { countedLeaks } from "../harness/leaks.ts";
import { appFrame, openApp, signIn, waitForState } from "../harness/visit.ts";

/** Large enough to be under way when the agent dies. */
const downloadBytes = 1024 ** 3;
const offlineMs = 10_000;

let showcase: Showcase;
let culvert: Culvert;
let browser: Browser;
let page: Page;
let app: Frame;

beforeEach(async ({ task }) => {
  showcase = createShowcase();
  const appPort = await showcase.listen(0);
  culvert = await startCulvert({ appPort, webrtc: "native", recording: "count" });
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  const log = logPage(page);
  keepOnFailure(`failures-${task.name}`, page, { console: () => log.lines, ...culvert.logs });
  await signIn(page, culvert.signInLink);
  app = await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
});
afterEach(async () => {
  await browser?.close();
  await culvert?.stop();
  await showcase.close();
});

test("a download fails visibly when the agent dies, and the page and the list say what happened", async () => {
  const list = await page.context().newPage();
  await list.goto(`${culvert.dashboardOrigin}/`);
  await list.getByRole("link", { name: /^Open / }).waitFor();

  await app.evaluate(startDownload, `/download/${downloadBytes}`);
  await eventually(() => app.evaluate(downloadState), 20_000).toMatchObject({ type: "running", hasBytes: true });
  await culvert.killAgent();
  const killedMs = performance.now();

  const row = list.getByRole("listitem").filter({ hasText: culvert.serverLabel });
  await row
    .getByText(/offline/i)
    .first()
    .waitFor({ timeout: offlineMs });
  expect(performance.now() - killedMs).toBeLessThan(offlineMs);

  await eventually(() => app.evaluate(downloadState), 30_000).toMatchObject({ type: "failed" });
  await waitForState(page, /^(Offline|Reconnecting)/);
  await page.getByRole("alert").filter({ hasText: culvert.serverLabel }).first().waitFor();

  await culvert.startAgent();
  await waitForState(page, /^Direct/, 60_000);
  app = await appFrame(page);
  await app.evaluate(async () => (await fetch("/api/facts")).json());
  expect(await countedLeaks(page)).toMatchObject({ total: 0 });
});

test("a file that the browser saves is never a short success when the agent dies", async () => {
  const saving = page.waitForEvent("download");
  await app.evaluate((path) => {
    const link = document.createElement("a");
    link.href = path;
    link.download = "large.bin";
    document.body.append(link);
    link.click();
  }, `/download/${downloadBytes}`);
  const download = await saving;
  await culvert.killAgent();
  expect(await download.failure()).not.toBeNull();
});

test("a target that is down is named with its port and what to do, and shows again by itself", async () => {
  const { port } = new URL(culvert.appAddress);
  await showcase.close();
  await app.getByRole("link", { name: "Live", exact: true }).click();
  await app.getByText(port).first().waitFor({ timeout: 20_000 });
  await app.getByText(/start/i).first().waitFor();

  const again = createShowcase();
  await again.listen(Number(port));
  try {
    await app.getByRole("heading", { name: "Live" }).waitFor({ timeout: 60_000 });
    expect(await countedLeaks(page)).toMatchObject({ total: 0 });
  } finally {
    await again.close();
  }
});

test("an app that is down when it is opened is named in plain sight, and shows by itself once it is there", async () => {
  const { port } = new URL(culvert.appAddress);
  await showcase.close();
  await page.reload();
  await waitForState(page, /^Direct/);
  const opened = await appFrame(page);
  await opened.getByText(port).first().waitFor({ timeout: 20_000 });
  await page.getByRole("heading", { name: /^Opening / }).waitFor({ state: "hidden" });

  const again = createShowcase();
  await again.listen(Number(port));
  try {
    await opened.getByRole("heading", { name: /program on your machine/ }).waitFor({ timeout: 60_000 });
  } finally {
    await again.close();
  }
});

type DownloadState =
  | { readonly type: "running"; readonly hasBytes: boolean }
  | { readonly type: "finished" }
  | { readonly type: "failed"; readonly message: string };

/** Starts to read a download in the page; what becomes of it stands in `window.download`. */
function startDownload(path: string): void {
  const report = (state: DownloadState): void => {
    Object.assign(window, { download: state });
  };
  report({ type: "running", hasBytes: false });
  const read = async (): Promise<void> => {
    const body = (await fetch(path)).body?.getReader();
    for (;;) {
      const part = await body?.read();
      if (part === undefined || part.done) break;
      report({ type: "running", hasBytes: true });
    }
    report({ type: "finished" });
  };
  read().catch((error: unknown) => report({ type: "failed", message: String(error) }));
}

function downloadState(): DownloadState {
  return Reflect.get(window, "download");
}
