/**
 * `npm run bench -- [--only name] [--all] [--json] [--write]`: one JSON object a line, or a table for people. `--all` takes
 * in what runs only on request, as the grid of long links. `--write` puts the figures into docs/performance.md, in the
 * place of older ones of the same benches. Ratios are of two things measured in turn in one run; machines are noisy.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { browserFlags } from "../harness/chromium-flags.ts";
import { findChromium } from "../provision/chromium.ts";
import { measureAttacks } from "./attacks.ts";
import { measureDownloadMemory } from "./download-memory.ts";
import { forwardWays, measureForward } from "./forward.ts";
import { measureIdleMemory } from "./idle-memory.ts";
import { type KeptRow, keepRows, keptRows, replaced } from "./kept-figures.ts";
import { measureKeystrokes } from "./keystroke.ts";
import { measureLatency } from "./latency.ts";
import { gridCases, measureLongLink, quick, shortCases, thorough } from "./long-link.ts";
import { measureOpenRoundTrips } from "./open-round-trips.ts";
import { measurePageLoad } from "./page-load.ts";
import { performancePage } from "./performance-page.ts";
import { measureRecovery } from "./recovery.ts";
import type { BenchRow } from "./row.ts";
import { measureSecondVisit } from "./second-visit.ts";
import { measureTerminal } from "./terminal.ts";
import { measureThroughput } from "./throughput.ts";

interface Bench {
  readonly name: string;
  readonly measure: (browser: Browser) => Promise<BenchRow[]>;
  /** It takes long, so it runs only where `--only` begins with this. */
  readonly onRequest?: string;
}

const libraries = ["native", "werift"] as const;

const benches: readonly Bench[] = [
  { name: "attacks", measure: () => measureAttacks() },
  { name: "terminal", measure: () => measureTerminal(), onRequest: "terminal" },
  { name: "second-visit", measure: (browser) => measureSecondVisit(browser) },
  { name: "page-load", measure: () => measurePageLoad() },
  ...libraries.flatMap((webrtc): Bench[] => [
    { name: `throughput-${webrtc}`, measure: (browser) => measureThroughput(browser, webrtc) },
    { name: `latency-${webrtc}`, measure: (browser) => measureLatency(browser, webrtc) },
    ...forwardWays.map((way) => ({
      name: `forward-${webrtc}-${way}`,
      measure: () => measureForward(webrtc, way),
      onRequest: "forward",
    })),
    { name: `open-${webrtc}`, measure: (browser) => measureOpenRoundTrips(browser, webrtc) },
    { name: `keystroke-${webrtc}`, measure: (browser) => measureKeystrokes(browser, webrtc) },
    { name: `memory-${webrtc}`, measure: (browser) => measureIdleMemory(browser, webrtc) },
    { name: `long-link-${webrtc}`, measure: (browser) => measureLongLink(browser, webrtc, shortCases, thorough) },
    ...(["read by the page", "saved as a file"] as const).map((way) => ({
      name: `download-memory-${webrtc}-${way.split(" ", 1)[0]}`,
      measure: () => measureDownloadMemory(webrtc, way),
      onRequest: "download-memory",
    })),
    {
      name: `recovery-${webrtc}`,
      measure: (browser) => measureRecovery(browser, webrtc),
      onRequest: "recovery",
    },
    {
      name: `grid-${webrtc}`,
      measure: (browser) => measureLongLink(browser, webrtc, gridCases, quick),
      onRequest: "grid",
    },
  ]),
];

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    all: { type: "boolean" },
    json: { type: "boolean" },
    write: { type: "boolean" },
  },
});
const { only = "", all = false } = values;
const chosen = benches.filter(({ name, onRequest = "" }) => name.includes(only) && (all || only.startsWith(onRequest)));
if (chosen.length === 0) {
  console.error(`There is no bench "${values.only}": ${benches.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
const executablePath = findChromium();
if (executablePath === undefined) {
  console.error("Chromium is missing: install it (Debian: apt-get install chromium) or set CHROME_PATH.");
  process.exit(2);
}

const measuredOn = new Date().toISOString().slice(0, 10);
const rows: KeptRow[] = [];
for (const { name, measure } of chosen) {
  const browser = await chromium.launch({ executablePath, args: [...browserFlags] });
  try {
    for (const row of await measure(browser)) {
      rows.push({ ...row, from: name, measuredOn });
      console.log(values.json === true ? JSON.stringify(row) : describe(row));
    }
  } catch (fault) {
    // The other benches still say something; the command as a whole has failed.
    console.error(`${name} broke:`, fault);
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
if (values.write === true) {
  const names = benches.map(({ name }) => name);
  keepRows(replaced(keptRows(), rows, names));
  writeFileSync(new URL("../../docs/performance.md", import.meta.url), performancePage(keptRows()));
}

function describe(row: BenchRow): string {
  const ratio = row.ratio === undefined ? "" : `  ${row.ratio} × ${row.against}`;
  return `${row.bench.padEnd(12)} ${row.case.padEnd(42)} ${row.value} ${row.unit}  (${row.min}–${row.max}, ${row.runs} runs)${ratio}`;
}
