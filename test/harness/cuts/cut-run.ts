/**
 * An app opened in Chromium over an impaired link whose paths are cut again and again while a download and a WebSocket
 * counter run; signaling is restarted and the agent stopped on the way. One run for the test and the bench.
 * Invariant: nothing is asserted about time. `run` rejects where something was lost, doubled, changed or closed.
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { Browser, Frame, Page } from "playwright-core";
import { startLink } from "../../network/link.ts";
import { type Culvert, startCulvert } from "../culvert.ts";
import { selectedRemotes, watchPeerConnections } from "../peer-connections.ts";
import { openApp, signIn, waitForState } from "../visit.ts";
import { waitUntil } from "../wait-until.ts";
import { type CountingApp, startCountingApp } from "./counting-app.ts";
import {
  arrivalsSince,
  connectionStates,
  downloadState,
  pageLog,
  startCounting,
  startDownload,
} from "./counting-page.ts";
import { type CutKind, type Cuttable, cut, cutKinds } from "./cut-kinds.ts";

export interface CutRunOptions {
  readonly webrtc: "native" | "werift";
  /** Of each kind. */
  readonly cutsOfEach: number;
  readonly downloadBytes: number;
  /** From one cut to the next at least; 0 where it is left out. */
  readonly spacingMs?: number;
  /** Told of the page and the programs as soon as there are any, for what a failed test keeps. */
  onOpened?(page: Page, culvert: Culvert): void;
}

/** One cut: how long the page saw nothing of the counter. */
export interface CutOutcome {
  readonly kind: CutKind;
  readonly silentMs: number;
}

export interface CutRunOutcome {
  readonly cuts: readonly CutOutcome[];
  /** Silence around the restart of signaling, and from the moment in which the stopped agent went on. */
  readonly restartMs: number;
  readonly wakeMs: number;
  readonly downloads: number;
  readonly numbers: number;
}

const bytesPerSecond = 2 * 1024 * 1024;
const delayMs = 10;
const agentStoppedMs = 10_000;
/** A cut that is not repaired by then is a fault. */
const repairMs = 30_000;
/** The counter runs undisturbed for so long between two cuts. */
const calmMs = 400;

/** Runs it all. */
export async function runCuts(browser: Browser, options: CutRunOptions): Promise<CutRunOutcome> {
  const app = await startCountingApp({ bytesPerSecond });
  const link = await startLink({ seed: 5, conditions: { delayMs } });
  const culvert = await startCulvert({
    ...{ appPort: app.port, webrtc: options.webrtc, recording: "count", linkUrl: link.url },
  });
  const context = await browser.newContext();
  try {
    await watchPeerConnections(context);
    const page = await context.newPage();
    options.onOpened?.(page, culvert);
    await signIn(page, culvert.signInLink);
    const frame = await openApp(page, culvert.serverLabel);
    await waitForState(page, /^Direct/);
    return await new CutRun({ page, link, culvert }, frame, app, options).run();
  } finally {
    await context.close();
    await culvert.stop();
    await link.close();
    app.close();
  }
}

class CutRun {
  readonly #what: Cuttable;
  readonly #frame: Frame;
  readonly #app: CountingApp;
  readonly #options: CutRunOptions;
  #downloads = 0;

  constructor(what: Cuttable, frame: Frame, app: CountingApp, options: CutRunOptions) {
    this.#what = what;
    this.#frame = frame;
    this.#app = app;
    this.#options = options;
  }

  async run(): Promise<CutRunOutcome> {
    const { cutsOfEach, downloadBytes } = this.#options;
    await this.#frame.evaluate(startCounting);
    await this.#frame.evaluate(startDownload, downloadBytes);
    const cuts: CutOutcome[] = [];
    let restartMs = Number.NaN;
    let wakeMs = Number.NaN;
    for (let turn = 0; turn < cutsOfEach; turn += 1) {
      for (const kind of cutKinds) {
        await this.#keepDownloading();
        const spaced = setTimeout(this.#options.spacingMs ?? 0);
        // A path that was healed in time needs no other in its place.
        const isCut = kind !== "black hole, healed";
        cuts.push({ kind, silentMs: await this.#disturb(`${kind} ${turn}`, () => cut(kind, turn, this.#what), isCut) });
        await spaced;
      }
      if (turn === Math.floor(cutsOfEach / 3)) {
        restartMs = await this.#disturb("a restart of signaling", () => this.#restartSignaling(), false);
      }
      if (turn === Math.floor((2 * cutsOfEach) / 3)) {
        wakeMs = await this.#disturb("the agent's sleep", () => this.#stopAgent(), false);
      }
    }
    await this.#finishDownload();
    this.#app.stopCounting();
    await this.#until("the last number", async () => this.#app.echoed.length === this.#app.sent);
    const log = await this.#frame.evaluate(pageLog);
    const every = Array.from({ length: this.#app.sent }, (_, number) => number);
    deepStrictEqual(log.numbers, every, "numbers that the page got");
    deepStrictEqual(this.#app.echoed, every, "numbers that came back");
    strictEqual(log.closeCode, undefined, "the WebSocket's close code");
    strictEqual(this.#app.sockets, 1, "WebSockets opened");
    return { cuts, restartMs, wakeMs, downloads: this.#downloads, numbers: every.length };
  }

  /**
   * Does something to the paths and waits until the counter runs over a data channel again, where `isCut` over one that
   * was not up before: it may have been in the making. Resolves with the longest silence since the time that `act` gave.
   */
  async #disturb(what: string, act: () => Promise<number>, isCut: boolean): Promise<number> {
    const { page } = this.#what;
    const before = await page.evaluate(connectionStates);
    const fromMs = await act();
    let now = before;
    const isUp = ([number, state]: [string, string]) =>
      state === "connected" && !(isCut && before[Number(number)] === "connected");
    const holds = async (): Promise<boolean> => {
      now = await page.evaluate(connectionStates);
      return Date.now() > fromMs + calmMs && Object.entries(now).some(isUp) && (await this.#hasRunFor(calmMs));
    };
    await this.#until("a path", holds).catch((fault: Error) => {
      const seen = JSON.stringify({ before, now });
      throw new Error(`${fault.message} after ${what}; connections: ${seen}`);
    });
    await this.#checkRemotes();
    const arrivals = await this.#frame.evaluate(arrivalsSince, fromMs);
    const gaps = arrivals.map(({ cameMs }, index) => cameMs - Math.max(fromMs, arrivals[index - 1]?.cameMs ?? cameMs));
    return Math.max(...gaps);
  }

  async #checkRemotes(): Promise<void> {
    const { page, link } = this.#what;
    const remotes = await selectedRemotes(page);
    ok(remotes.length > 0, "a data channel is up");
    for (const { address, port } of remotes) {
      // Chromium hides the address of a candidate that it learned from checks alone (RFC 8828), as after a change of address.
      const isOwn = await link.owns({ address: address === "" ? "127.0.0.1" : address, port });
      ok(isOwn, `${address}:${port} is a relay of the link`);
    }
  }

  /** True where no number came late lately: those of a while ago, and the newest is young. */
  async #hasRunFor(durationMs: number): Promise<boolean> {
    const nowMs = Date.now();
    const arrivals = await this.#frame.evaluate(arrivalsSince, nowMs - durationMs);
    const [first] = arrivals;
    const isPrompt = arrivals.slice(1).every(({ sentMs, cameMs }) => cameMs - sentMs < durationMs);
    return isPrompt && arrivals.length > durationMs / 100 && (first?.cameMs ?? nowMs) > nowMs - 2 * durationMs;
  }

  async #restartSignaling(): Promise<number> {
    const fromMs = Date.now();
    await this.#what.culvert.restartSignaling();
    await waitForState(this.#what.page, /^Direct/);
    return fromMs;
  }

  async #stopAgent(): Promise<number> {
    this.#what.culvert.signalAgent("SIGSTOP");
    await setTimeout(agentStoppedMs);
    const wokenMs = Date.now();
    this.#what.culvert.signalAgent("SIGCONT");
    return wokenMs;
  }

  /** Begins the next download where one is over. */
  async #keepDownloading(): Promise<void> {
    if (await this.#checkDownload()) await this.#frame.evaluate(startDownload, this.#options.downloadBytes);
  }

  async #finishDownload(): Promise<void> {
    const allMs = (2 * 1000 * this.#options.downloadBytes) / bytesPerSecond + repairMs;
    await this.#until("the download's end", () => this.#checkDownload(), allMs);
  }

  /** True where the download is over; its hash is what it should be. */
  async #checkDownload(): Promise<boolean> {
    const { hash, fault } = await this.#frame.evaluate(downloadState);
    strictEqual(fault, undefined, "the download's fault");
    if (hash === undefined) return false;
    strictEqual(hash, this.#app.hashOf(this.#options.downloadBytes), "the download's hash");
    this.#downloads += 1;
    return true;
  }

  async #until(what: string, holds: () => Promise<boolean>, withinMs = repairMs): Promise<void> {
    await waitUntil(what, async () => (await holds()) || undefined, withinMs);
  }
}
