/**
 * How long a key takes in a terminal while 1 GiB comes down from its neighbour, another service of the same agent over the
 * same link. The link's own queue holds one bandwidth-delay product, so whoever fills it makes everything wait one more
 * round trip.
 */
import { cpus } from "node:os";
import type { Frame } from "playwright-core";
import { startSession, startTerminalStage, type TerminalStage } from "../harness/terminal-stage.ts";
import { appFrame, waitForState } from "../harness/visit.ts";
import { startLink } from "../network/link.ts";
import { longLink } from "../network/link-conditions.ts";
import { type BenchRow, median, pairedRowOf, percentile, rowOf } from "./row.ts";
import { terminalKeys } from "./terminal-keys.ts";

const rttMs = 50;
/** Of a slow uplink to one at which this machine's processors are the limit. */
const megabitsPerSecond = [10, 25, 50, 100];
const downloadBytes = 1024 ** 3;
const idleKeys = 100;
/** A key every 30 ms or so: the download lasts longer than all of them. */
const busyKeys = 300;
const runs = 3;

/**
 * Rows `terminal`: the echo's p50 when nothing else runs and its p99 beside the download; what the download got, how busy
 * this machine was, which is all of both peers and of the link, and what the link itself was late by.
 */
export async function measureTerminal(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const rate of megabitsPerSecond) rows.push(...(await measureAt(rate)));
  return rows;
}

async function measureAt(megabits: number): Promise<BenchRow[]> {
  const link = await startLink({ seed: 1 });
  const stage = await startTerminalStage({ linkUrl: link.url });
  try {
    await link.set(longLink({ bitsPerSecond: megabits * 1_000_000, rttMs, lossRate: 0 }));
    const terminal = await openTerminal(stage);
    const neighbour = await openNeighbour(stage);
    const idleMs: number[] = [];
    const busyMs: number[] = [];
    const lateMs: number[] = [];
    const rates: number[] = [];
    const busyShares: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      idleMs.push(percentile(await terminal.evaluate(terminalKeys, idleKeys), 0.5));
      await neighbour.evaluate(beginDownload, downloadBytes);
      const before = await neighbour.evaluate(received);
      const startedAtMs = performance.now();
      const usedBefore = processorTimes();
      busyMs.push(percentile(await terminal.evaluate(terminalKeys, busyKeys), 0.99));
      const bytes = (await neighbour.evaluate(received)) - before;
      rates.push(bytes / 1_048_576 / ((performance.now() - startedAtMs) / 1000));
      busyShares.push(busyPercent(usedBefore, processorTimes()));
      lateMs.push((await link.counters())["to-viewer"].precision.p99Ms ?? Number.NaN);
      await neighbour.evaluate(endDownload);
    }
    const place = `native, ${megabits} Mbit/s, ${rttMs} ms`;
    const goal = `≤ ${Math.round(2 * median(idleMs) + 20)} ms p99`;
    return [
      rowOf({ bench: "terminal", case: `idle echo ${place}`, unit: "ms p50" }, idleMs),
      pairedRowOf({ bench: "terminal", case: `echo beside a 1 GiB download ${place}`, unit: "ms p99", goal }, busyMs, {
        name: "idle echo",
        samples: idleMs,
      }),
      rowOf({ bench: "terminal", case: `the download meanwhile ${place}`, unit: "MiB/s" }, rates),
      rowOf({ bench: "terminal", case: `processors busy meanwhile ${place}`, unit: "%" }, busyShares),
      rowOf({ bench: "terminal", case: `link's own lateness ${place}`, unit: "ms p99" }, lateMs),
    ];
  } finally {
    await stage.stop();
    await link.close();
  }
}

interface ProcessorTimes {
  readonly allMs: number;
  readonly idleMs: number;
}

/** Of all processors together, since the machine began. */
function processorTimes(): ProcessorTimes {
  const times = cpus().map(({ times: each }) => each);
  const sum = (of: (each: (typeof times)[number]) => number) => times.reduce((total, each) => total + of(each), 0);
  return {
    allMs: sum((each) => each.user + each.nice + each.sys + each.irq + each.idle),
    idleMs: sum(({ idle }) => idle),
  };
}

function busyPercent(from: ProcessorTimes, to: ProcessorTimes): number {
  return 100 * (1 - (to.idleMs - from.idleMs) / (to.allMs - from.allMs));
}

/** A session that echoes and does nothing else. */
async function openTerminal(stage: TerminalStage): Promise<Frame> {
  const frame = await stage.open();
  await startSession(frame, "bench", stage.workFolder);
  await waitForState(stage.page, /^Direct/);
  await stage.page.keyboard.type("cat > /dev/null\n");
  return frame;
}

/** The app beside it, in a page of its own. */
async function openNeighbour({ page, context }: TerminalStage): Promise<Frame> {
  const other = await context.newPage();
  await other.goto(page.url().replace(/\/terminal.*$/, "/app"));
  const frame = await appFrame(other);
  await waitForState(other, /^Direct/);
  // A tab behind another is slowed down: keys are those of the one in front.
  await page.bringToFront();
  return frame;
}

type Downloading = { downloaded?: number; stopDownload?: AbortController };

/** In the page: begins, and resolves when a second's worth came. */
async function beginDownload(bytes: number): Promise<void> {
  const state = globalThis as Downloading;
  const stop = new AbortController();
  Object.assign(state, { downloaded: 0, stopDownload: stop });
  const response = await fetch(`/download/${bytes}`, { signal: stop.signal });
  const count = new WritableStream<Uint8Array>({
    write(part) {
      state.downloaded = (state.downloaded ?? 0) + part.byteLength;
    },
  });
  response.body?.pipeTo(count).catch(() => {});
  while ((state.downloaded ?? 0) < 8 * 1024 * 1024) await new Promise((resolve) => setTimeout(resolve, 50));
}

function received(): number {
  return (globalThis as Downloading).downloaded ?? 0;
}

function endDownload(): void {
  (globalThis as Downloading).stopDownload?.abort();
}
