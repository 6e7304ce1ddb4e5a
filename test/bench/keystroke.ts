/**
 * How long a key stroke takes while a download fills a long link: what the scheduler and short queues are for. The link's
 * own queue holds one bandwidth-delay product, so whoever fills it makes everything wait one more round trip.
 */
import type { Browser } from "playwright-core";
import { startLink } from "../network/link.ts";
import { longLink } from "../network/link-conditions.ts";
import { openBenchApp } from "./app-view/opened-app.ts";
import { type BenchRow, median, pairedRowOf, percentile, rowOf } from "./row.ts";

const rttMs = 50;
const runs = 3;
const idleStrokes = 50;
const busyStrokes = 150;

/** Rows `keystroke`: the echo's p50 when nothing else runs, and its p99 beside a download that takes all it can get. */
export async function measureKeystrokes(browser: Browser, webrtc: "werift" | "native"): Promise<BenchRow[]> {
  const link = await startLink({ seed: 1 });
  const app = await openBenchApp(browser, webrtc, { linkUrl: link.url });
  try {
    await link.set(longLink({ bitsPerSecond: 100_000_000, rttMs, lossRate: 0 }));
    const idleMs: number[] = [];
    const busyMs: number[] = [];
    const lateMs: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      idleMs.push(percentile(await app.keystrokes(idleStrokes, false), 0.5));
      busyMs.push(percentile(await app.keystrokes(busyStrokes, true), 0.99));
      lateMs.push((await link.counters())["to-viewer"].precision.p99Ms ?? Number.NaN);
    }
    const place = `${webrtc}, 100 Mbit/s, ${rttMs} ms`;
    const idle = `idle round trip ${place}`;
    const goal = `≤ ${Math.round(2 * median(idleMs) + 20)} ms p99`;
    return [
      rowOf({ bench: "keystroke", case: idle, unit: "ms p50" }, idleMs),
      pairedRowOf({ bench: "keystroke", case: `echo under a download ${place}`, unit: "ms p99", goal }, busyMs, {
        name: "idle round trip",
        samples: idleMs,
      }),
      rowOf({ bench: "keystroke", case: `link's own lateness ${place}`, unit: "ms p99" }, lateMs),
    ];
  } finally {
    await app.close();
    await link.close();
  }
}
