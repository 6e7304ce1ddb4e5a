/**
 * `npm run bench -- [--only name] [--json] [--write]`: one JSON object a line, or a table for people. `--write` puts the
 * figures into docs/performance.md. Ratios are of two things measured in turn in one run; machines are noisy.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { browserFlags } from "../harness/chromium-flags.ts";
import { findChromium } from "../provision/chromium.ts";
import { measureAttacks } from "./attacks.ts";
import { measureLatency } from "./latency.ts";
import { allCases, measureLongLink, shortCases } from "./long-link.ts";
import { performancePage } from "./performance-page.ts";
import { measureRecovery } from "./recovery.ts";
import type { BenchRow } from "./row.ts";
import { measureThroughput } from "./throughput.ts";

interface Bench {
  readonly name: string;
  readonly measure: (browser: Browser) => Promise<BenchRow[]>;
  /** It takes long, so it runs only where `--only` begins with this. */
  readonly onRequest?: string;
}

const benches: readonly Bench[] = [
  { name: "attacks", measure: () => measureAttacks() },
  { name: "throughput-native", measure: (browser) => measureThroughput(browser, "native") },
  { name: "throughput-werift", measure: (browser) => measureThroughput(browser, "werift") },
  { name: "latency-native", measure: (browser) => measureLatency(browser, "native") },
  { name: "latency-werift", measure: (browser) => measureLatency(browser, "werift") },
  { name: "long-link-native", measure: (browser) => measureLongLink(browser, "native", shortCases) },
  { name: "long-link-werift", measure: (browser) => measureLongLink(browser, "werift", shortCases) },
  ...(["native", "werift"] as const).map((webrtc) => ({
    name: `recovery-${webrtc}`,
    measure: (browser: Browser) => measureRecovery(browser, webrtc),
    onRequest: "recovery",
  })),
  ...(["native", "werift"] as const).flatMap((webrtc) =>
    allCases.map((place) => ({
      name: `long-link-full-${webrtc}-${place.rttMs}ms-${place.lossRate * 100}%`,
      measure: (browser: Browser) => measureLongLink(browser, webrtc, [place]),
      onRequest: "long-link-full",
    })),
  ),
];

const { values } = parseArgs({
  options: { only: { type: "string" }, json: { type: "boolean" }, write: { type: "boolean" } },
});
const { only = "" } = values;
const chosen = benches.filter(({ name, onRequest = "" }) => name.includes(only) && only.startsWith(onRequest));
if (chosen.length === 0) {
  console.error(`There is no bench "${values.only}": ${benches.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const executablePath = findChromium();
if (executablePath === undefined) {
  console.error("Chromium is missing: install it (Debian: apt-get install chromium) or set CHROME_PATH.");
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const { measure } of chosen) {
  const browser = await chromium.launch({ executablePath, args: [...browserFlags] });
  try {
    for (const row of await measure(browser)) {
      rows.push(row);
      console.log(values.json === true ? JSON.stringify(row) : describe(row));
    }
  } finally {
    await browser.close();
  }
}
if (values.write === true) writeFileSync(new URL("../../docs/performance.md", import.meta.url), performancePage(rows));

function describe(row: BenchRow): string {
  const ratio = row.ratio === undefined ? "" : `  ${row.ratio} × ${row.against}`;
  return `${row.bench.padEnd(12)} ${row.case.padEnd(42)} ${row.value} ${row.unit}  (${row.min}–${row.max}, ${row.runs} runs)${ratio}`;
}
