/**
 * What an app sees of paths that are cut forty times while it downloads and counts: nothing but pauses. The whole length of
 * it, with times, is `npm run bench -- --only recovery`.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepOnFailure, launchBrowser, logPage, logServiceWorkers } from "../harness/browser.ts";
import { runCuts } from "../harness/cuts/cut-run.ts";

const mebibyte = 1024 * 1024;
const cutsOfEach = 10;
/** Forty cuts and 10 s of sleep on a busy machine. */
const timeoutMs = 600_000;

describe.each(["native", "werift"] as const)("by %s", (webrtc) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test("a download and a WebSocket outlive every cut, a restart of signaling and an agent's sleep", {
    timeout: timeoutMs,
  }, async () => {
    const outcome = await runCuts(browser, {
      ...{ webrtc, cutsOfEach, downloadBytes: 32 * mebibyte },
      onOpened: (page, culvert) => {
        const log = logPage(page);
        const workers = logServiceWorkers(page);
        const logs = { console: () => log.lines, workers: () => workers.lines, ...culvert.logs };
        keepOnFailure(`cuts-${webrtc}`, page, logs);
      },
    });
    expect(outcome.cuts.length).toBe(4 * cutsOfEach);
    expect(outcome.downloads).toBeGreaterThanOrEqual(1);
  });
});
