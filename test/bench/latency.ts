/** What a person feels: small requests, and the time from the press on Open to the app's first byte. */
import type { Browser } from "playwright-core";
import { fetchLoop } from "./app-view/in-page.ts";
import { openBenchApp } from "./app-view/opened-app.ts";
import { type BenchRow, pairedRowOf, percentile, rowOf } from "./row.ts";

const runs = 5;
const getsPerRun = 100;

/** Rows `small-get` (p50 against direct loopback in the same browser) and `open`. */
export async function measureLatency(browser: Browser, webrtc: "werift" | "native"): Promise<BenchRow[]> {
  const app = await openBenchApp(browser, webrtc);
  const directPage = await browser.newPage();
  try {
    await directPage.goto(`${app.directAddress}/`);
    const direct: number[] = [];
    const through: number[] = [];
    await app.smallGets(getsPerRun);
    await directPage.evaluate(fetchLoop, getsPerRun);
    for (let run = 0; run < runs; run += 1) {
      direct.push(percentile(await directPage.evaluate(fetchLoop, getsPerRun), 0.5));
      through.push(percentile(await app.smallGets(getsPerRun), 0.5));
    }
    const opens: number[] = [];
    for (let run = 0; run < runs; run += 1) opens.push(await app.openAgain());
    const labels = { bench: "small-get", unit: "ms p50" };
    return [
      rowOf({ ...labels, case: "direct loopback" }, direct),
      pairedRowOf({ ...labels, case: `App View ${webrtc}` }, through, { name: "direct loopback", samples: direct }),
      rowOf({ bench: "open", case: `press on Open to first byte, ${webrtc}`, unit: "ms" }, opens),
    ];
  } finally {
    await directPage.close();
    await app.close();
  }
}
