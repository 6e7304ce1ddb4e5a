/**
 * An app that is busy in an App View and in a tab of its own while its service worker is killed again and again.
 * Invariant: between two kills everything goes on in both; what was told as complete was complete.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createSeededRandom } from "@culvert/protocol/testing";
import { isAppHost } from "../app-host.ts";
import { type BarePage, openBarePage } from "../bare-browser.ts";
import { pressOpen } from "../bare-visit.ts";
import { type Culvert, startCulvert } from "../culvert.ts";
import { wireLeaks } from "../leaks.ts";
import { waitUntil } from "../wait-until.ts";
import { startBusyApp } from "./busy-app.ts";
import type { BusyLog } from "./busy-page.ts";
import { SavedFiles } from "./saved-files.ts";

export interface KillRunOptions {
  readonly kills: number;
  readonly seed: number;
  /** Told of the programs as soon as they run. */
  onStarted?(culvert: Culvert): void;
  /** Told after each kill from which everything has recovered. */
  onKilled?(kill: number, outcome: KillRunOutcome): void;
}

/** What both pages have seen. */
export interface KillRunOutcome {
  readonly inFrame: BusyLog;
  readonly inTab: BusyLog;
  readonly files: { readonly whole: number; readonly failed: number };
  /** Faults of all, and what leaked to the operator: empty, or the run has failed. */
  readonly faults: readonly string[];
}

/** Longest time until everything goes on after a kill; a tab that waits for its port asks again after five seconds. */
const recoverMs = 60_000;
/** Everything goes on for up to so long before the next kill. */
const calmMs = 1_500;

/** Runs it. Rejects where something does not recover; faults are in the outcome. */
export async function runWorkerKills(options: KillRunOptions): Promise<KillRunOutcome> {
  const app = await startBusyApp();
  const folder = mkdtempSync(join(tmpdir(), "culvert-files-"));
  const culvert = await startCulvert({ appPort: app.port, webrtc: "native", recording: "bytes" });
  let page: BarePage | undefined;
  try {
    options.onStarted?.(culvert);
    page = await openBarePage(culvert.signInLink);
    await pressOpen(page);
    return await kill(page, culvert, folder, options);
  } finally {
    await page?.close();
    await culvert.stop();
    app.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function kill(
  page: BarePage,
  culvert: Culvert,
  folder: string,
  { kills, seed, onKilled }: KillRunOptions,
): Promise<KillRunOutcome> {
  const random = createSeededRandom(seed);
  const isApp = ({ host, pathname }: URL): boolean => isAppHost(host, culvert.dashboardHost) && pathname === "/";
  const inFrame = (expression: string) => page.evaluateInFrame(isApp, expression);
  const origin = await waitUntil("the app's page", async () => readOrigin(await inFrame(originOfBusy)), recoverMs);
  const inTab = await page.openTab(origin);
  const files = new SavedFiles(page, folder, (number) => inFrame(clickFile(number)));
  await files.start();

  const outcome = async (): Promise<KillRunOutcome> => {
    const [frameLog, tabLog] = [(await inFrame("busy.log")) as BusyLog, (await inTab("busy.log")) as BusyLog];
    const leaks = wireLeaks(culvert.recorder, culvert.dashboardHost).map(
      (request) => `${request} reached the operator`,
    );
    return {
      inFrame: frameLog,
      inTab: tabLog,
      files: { whole: files.whole, failed: files.failed },
      faults: [...frameLog.faults, ...tabLog.faults, ...files.faults, ...leaks],
    };
  };
  /** Everything has gone on since; resolves with how it stands then. */
  const goOn = async (since: KillRunOutcome | undefined, what: string): Promise<KillRunOutcome> => {
    let now: KillRunOutcome | undefined;
    const isOn = async (): Promise<KillRunOutcome | undefined> => {
      // A document that is not there yet answers nothing.
      now = await outcome().catch(() => undefined);
      return now !== undefined && hasGoneOn(since, now) ? now : undefined;
    };
    return waitUntil(what, isOn, recoverMs).catch((fault: Error) => {
      throw new Error(`${fault.message} (seed ${seed}): ${JSON.stringify({ since, now })}`);
    });
  };
  let standing = await goOn(undefined, "everything for the first time");
  for (let count = 1; count <= kills && standing.faults.length === 0; count += 1) {
    await setTimeout(random.whole(0, calmMs));
    const before = await outcome();
    await page.stopServiceWorkers();
    standing = await goOn(before, `everything after kill ${count}`);
    onKilled?.(count, standing);
  }
  files.stop();
  return standing;
}

const originOfBusy = "window.busy === undefined ? undefined : location.origin";

function readOrigin(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function clickFile(number: number): string {
  return `(() => {
    const link = document.createElement("a");
    link.href = "/file/${number}";
    link.download = "${number}.bin";
    link.click();
  })()`;
}

/** Every kind has come to its end at least once more, in both pages, and a file was saved whole. */
function hasGoneOn(since: KillRunOutcome | undefined, now: KillRunOutcome): boolean {
  const pages = [
    [since?.inFrame, now.inFrame],
    [since?.inTab, now.inTab],
  ] as const;
  const isOn = pages.every(([before, after]) =>
    Object.entries(after.whole).every(([kind, count]) => count > (before?.whole[kind as keyof BusyLog["whole"]] ?? 0)),
  );
  return isOn && now.files.whole > (since?.files.whole ?? 0);
}
