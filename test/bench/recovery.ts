/**
 * How long an app sees nothing when its paths are cut, by kind of cut: a WebSocket counter and downloads of 200 MiB, capped at
 * 2 MiB/s, run in Chromium over an impaired link while more than a hundred cuts are made in turn. What is lost, doubled or
 * changed fails the bench, as it fails the shorter run of `npm test`.
 */
import type { Browser } from "playwright-core";
import { type CutKind, cutKinds } from "../harness/cuts/cut-kinds.ts";
import { runCuts } from "../harness/cuts/cut-run.ts";
import { type BenchRow, percentile, rowOf } from "./row.ts";

const cutsOfEach = 26;
const downloadBytes = 200 * 1024 * 1024;
/** A viewer that has replaced eight paths at once waits 2 s before each further one: cuts in quick succession measure that. */
const spacingMs = 3_000;

const goals: Readonly<Record<CutKind, string>> = {
  "channel closed": "p50 ≤ 1000, p95 ≤ 3000",
  "black hole": "p50 ≤ 1000",
  "black hole, healed": "p50 ≤ 1000",
  "address change": "p50 ≤ 1000, p95 ≤ 3000",
};

/** Rows `recovery`: p50 and p95 of each kind, and the pauses for a restart of signaling and an agent that slept. */
export async function measureRecovery(browser: Browser, webrtc: "native" | "werift"): Promise<BenchRow[]> {
  const outcome = await runCuts(browser, { webrtc, cutsOfEach, downloadBytes, spacingMs });
  const labels = { bench: "recovery", unit: "ms without a number" };
  const rows = cutKinds.flatMap((kind) => {
    const silences = outcome.cuts.flatMap((one) => (one.kind === kind ? [one.silentMs] : []));
    const row = rowOf({ ...labels, case: `${webrtc}, ${kind}, p50`, goal: goals[kind] }, silences);
    return [row, { ...row, case: `${webrtc}, ${kind}, p95`, value: percentile(silences, 0.95) }];
  });
  const { downloads, numbers, restartMs, wakeMs } = outcome;
  const once = (name: string, unit: string, value: number) =>
    rowOf({ bench: "recovery", case: `${webrtc}, ${name}`, unit }, [value]);
  return [
    ...rows,
    once("signaling restarted", labels.unit, restartMs),
    once("agent stopped for 10 s, from its waking", labels.unit, wakeMs),
    once("downloads of 200 MiB, hashes equal", "downloads", downloads),
    once("numbers, none lost or doubled", "numbers", numbers),
  ];
}
