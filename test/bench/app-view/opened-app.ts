/**
 * An app opened through everything as an owner opens it: signaling, agent, dashboard, App View, in processes of their
 * own. Its measures run inside the app's own page, so they count what an app would see.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RelayPolicy } from "@culvert/protocol/signaling";
import type { Browser, Frame, Page } from "playwright-core";
import { type Culvert, startCulvert } from "../../harness/culvert.ts";
import { type RemoteCandidate, selectedRemotes, watchPeerConnections } from "../../harness/peer-connections.ts";
import { leaveSetUp } from "../../harness/visit.ts";
import { download, fetchLoop, keystrokes, upload } from "./in-page.ts";

/** An app that stands open in a page; throughput in MiB/s, times in ms. */
export interface OpenedApp {
  /** Address of the same app without a tunnel. */
  readonly directAddress: string;
  download(bytes: number): Promise<number>;
  upload(bytes: number): Promise<number>;
  /** Times of `count` small GETs, one after another. */
  smallGets(count: number): Promise<readonly number[]>;
  /** Where the data channels that are up lead to. */
  remotes(): Promise<readonly RemoteCandidate[]>;
  /** Times of one key stroke after another over a WebSocket that the app echoes; while `isBusy`, downloads go on beside. */
  keystrokes(count: number, isBusy: boolean): Promise<readonly number[]>;
  /** Opens the app once more in a page that stays open, and returns when its data channel is up. */
  openMore(): Promise<void>;
  /** The Culvert that it is opened through. */
  readonly culvert: Culvert;
  /** Opens the app anew in a page of its own: ms from the press on Open to the first byte of the app's document. */
  openAgain(): Promise<number>;
  close(): Promise<void>;
}

/** What stands between agent and viewer. */
export interface BenchAppOptions {
  /** An impaired link for the data channels. */
  readonly linkUrl?: string;
  /** How far the relay may carry the app; the agent's default where it is left out. */
  readonly relayPolicy?: RelayPolicy;
}

const waitMs = 30_000;

/** Starts a Culvert with this WebRTC library on the agent and opens its app in this browser. */
export async function openBenchApp(
  browser: Browser,
  webrtc: "werift" | "native",
  { linkUrl, relayPolicy }: BenchAppOptions = {},
): Promise<OpenedApp> {
  const target = fork(fileURLToPath(new URL("bench-target.ts", import.meta.url)));
  const [{ port }] = (await once(target, "message")) as [{ port: number }];
  const culvert = await startCulvert({ appPort: port, webrtc, recording: "count", linkUrl, relayPolicy });
  const context = await browser.newContext();
  await watchPeerConnections(context);
  const page = await context.newPage();
  await page.goto(culvert.signInLink);
  await leaveSetUp(page);
  const frame = await pressOpen(page, culvert);
  return {
    directAddress: culvert.appAddress,
    culvert,
    download: (bytes) => frame.evaluate(download, bytes),
    upload: (bytes) => frame.evaluate(upload, bytes),
    smallGets: (count) => frame.evaluate(fetchLoop, count),
    remotes: () => selectedRemotes(page),
    keystrokes: (count, isBusy) => frame.evaluate(keystrokes, { count, isBusy }),
    async openMore() {
      const another = await context.newPage();
      await another.goto(culvert.dashboardOrigin);
      await another.bringToFront();
      await pressOpen(another, culvert);
      const untilMs = Date.now() + waitMs;
      while ((await selectedRemotes(another)).length === 0) {
        if (Date.now() > untilMs) throw new Error("no data channel came up");
        await another.waitForTimeout(100);
      }
    },
    async openAgain() {
      const second = await context.newPage();
      await second.goto(culvert.dashboardOrigin);
      const tookMs = await timeOpen(second, culvert);
      await second.close();
      return tookMs;
    },
    async close() {
      await context.close();
      await culvert.stop();
      target.disconnect();
      await once(target, "exit");
    },
  };
}

async function timeOpen(page: Page, culvert: Culvert): Promise<number> {
  const link = openLink(page, culvert);
  await link.waitFor({ timeout: waitMs });
  await link.hover();
  const pressedAtMs = Date.now();
  const frame = await pressOpen(page, culvert);
  const firstByteAtMs = await frame.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return performance.timeOrigin + (navigation?.responseStart ?? Number.NaN);
  });
  return firstByteAtMs - pressedAtMs;
}

function openLink(page: Page, culvert: Culvert): ReturnType<Page["getByRole"]> {
  return page.getByRole("link", { name: new RegExp(`^Open .* on ${culvert.serverLabel}$`) });
}

async function pressOpen(page: Page, culvert: Culvert): Promise<Frame> {
  await openLink(page, culvert).click({ timeout: waitMs });
  const isApp = (frame: Frame): boolean => {
    const url = URL.canParse(frame.url()) ? new URL(frame.url()) : undefined;
    return url?.host.endsWith(`.${culvert.dashboardHost}`) === true && url.pathname === "/";
  };
  const untilMs = Date.now() + waitMs;
  for (;;) {
    const frame = page.frames().find(isApp);
    if (frame !== undefined) {
      await frame.waitForLoadState("load", { timeout: waitMs });
      return frame;
    }
    if (Date.now() > untilMs) throw new Error("the app did not open");
    await page.waitForTimeout(25);
  }
}
