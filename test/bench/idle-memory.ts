/** What one more open, idle App View costs the agent and the signaling server in memory. */
import { setTimeout } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { openBenchApp } from "./app-view/opened-app.ts";
import { descendants, residentBytes } from "./process-usage.ts";
import { type BenchRow, rowOf } from "./row.ts";

/** A browser opens six connections to a host over HTTP/1.1, and each page of the dashboard holds one for its live list. */
const tunnels = 3;
/** After it, what an opening allocated for the moment has mostly been collected. */
const settleMs = 3_000;
const kibibyte = 1024;

const programs = [
  ["agent", "peer-agent/src/cli/main.ts"],
  ["signaling", "signaling/src/main.ts"],
] as const;

/** Rows `memory`: growth of each process's resident set from one tunnel to the next. */
export async function measureIdleMemory(browser: Browser, webrtc: "werift" | "native"): Promise<BenchRow[]> {
  const app = await openBenchApp(browser, webrtc);
  try {
    const residents: number[][] = [];
    for (let tunnel = 0; tunnel <= tunnels; tunnel += 1) {
      await app.openMore();
      await setTimeout(settleMs);
      residents.push(programs.map(([, command]) => residentBytes(descendants(process.pid, command)) / kibibyte));
    }
    return programs.map(([name], column) => {
      const held = residents.map((row) => row[column] ?? Number.NaN);
      // The first opening loads code and warms pools; every later one is a tunnel alone.
      const growth = held.slice(1).map((kibibytes, index) => kibibytes - (held[index] ?? Number.NaN));
      return rowOf({ bench: "memory", case: `idle tunnel, ${name}, ${webrtc}`, unit: "KiB" }, growth);
    });
  } finally {
    await app.close();
  }
}
