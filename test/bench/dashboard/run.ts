/**
 * `npm run bench:dashboard -- [--only name]`: what the dashboard costs a browser, one JSON object a line. What a page
 * loads by itself, how long lists scroll, how many changes a second it bears, what the
 * inspector holds.
 */
import { parseArgs } from "node:util";
import { type Browser, chromium } from "playwright-core";
import { browserEnvironment, browserFlags } from "../../harness/chromium-flags.ts";
import { findChromium } from "../../provision/chromium.ts";
import type { BenchRow } from "../row.ts";
import { measureInitialScripts } from "./initial-scripts.ts";
import { measureInspectorMemory } from "./inspector-memory.ts";
import { measureListScroll } from "./list-scroll.ts";
import { measureLiveNews } from "./live-news.ts";
import { measureLiveUpdates } from "./live-updates.ts";

/** By the word that `--only` takes. */
const benches: Readonly<Record<string, (browser: Browser) => Promise<BenchRow[]>>> = {
  scripts: measureInitialScripts,
  scroll: measureListScroll,
  updates: measureLiveUpdates,
  news: measureLiveNews,
  inspector: measureInspectorMemory,
};

const { values } = parseArgs({ options: { only: { type: "string" } } });
const executablePath = findChromium();
if (executablePath === undefined) throw new Error("Chromium is missing; run the browser tests by npm test.");
const browser = await chromium.launch({ executablePath, args: browserFlags, env: browserEnvironment });
try {
  for (const [name, measure] of Object.entries(benches)) {
    if (values.only !== undefined && values.only !== name) continue;
    for (const row of await measure(browser)) console.log(JSON.stringify(row));
  }
} finally {
  await browser.close();
}
