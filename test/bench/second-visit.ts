/**
 * What a second visit of a bundled 5 MB app costs: bytes that the link between the peers carries, everything included, from
 * the press on Open until all is there. Each visit is a tab with a tunnel of its own, in the same browser profile.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startCulvert } from "../harness/culvert.ts";
import { appFrame, openApp, signIn } from "../harness/visit.ts";
import { type Link, startLink } from "../network/link.ts";
import { type BenchRow, pairedRowOf, rowOf } from "./row.ts";

const runs = 3;
const goal = "≤ 0.03";
const allThereWithinMs = 60_000;
const kibibyte = 1024;

/** Rows `second-visit`: for files that are asked about each time, and for files that last. */
export async function measureSecondVisit(browser: Browser): Promise<BenchRow[]> {
  const target = fork(fileURLToPath(new URL("page-load/asset-target.ts", import.meta.url)));
  const [{ port }] = (await once(target, "message")) as [{ port: number }];
  const link = await startLink({ seed: 1 });
  const culvert = await startCulvert({ appPort: port, webrtc: "native", recording: "count", linkUrl: link.url });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await signIn(page, culvert.signInLink);
    await openApp(page, culvert.serverLabel);
    const rows: BenchRow[] = [];
    for (const caching of ["etag", "immutable"] as const) {
      const first: number[] = [];
      const second: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        const path = `/bundle/${caching}/${run}/`;
        first.push(await visit({ context, page, link }, path));
        second.push(await visit({ context, page, link }, path));
      }
      const labels = { bench: "second-visit", unit: "KiB" };
      const name = caching === "etag" ? "ETag" : "files that last";
      rows.push(
        rowOf({ ...labels, case: `first visit, ${name}` }, first),
        pairedRowOf({ ...labels, case: `second visit, ${name}`, goal }, second, {
          name: "first visit",
          samples: first,
        }),
      );
    }
    return rows;
  } finally {
    await context.close();
    await culvert.stop();
    await link.close();
    target.disconnect();
    await once(target, "exit");
  }
}

interface Visitor {
  readonly context: BrowserContext;
  /** Stands on the App View already. */
  readonly page: Page;
  readonly link: Link;
}

/** Opens a path of the app in a tab of its own; KiB on the link. */
async function visit({ context, page, link }: Visitor, path: string): Promise<number> {
  const before = await carried(link);
  const tab = await context.newPage();
  await tab.goto(`${page.url().split("#", 1)[0]}#${path}`);
  const frame = await appFrame(tab);
  await frame.waitForFunction(() => "allThereMs" in window, undefined, { timeout: allThereWithinMs });
  const bytes = (await carried(link)) - before;
  // Leaves the page's own document, so that what the cache has copied is stored before the next visit.
  await frame.goto(`${new URL(frame.url()).origin}/`);
  await tab.close();
  return bytes / kibibyte;
}

async function carried(link: Link): Promise<number> {
  const counters = await link.counters();
  return counters["to-viewer"].deliveredBytes + counters["to-agent"].deliveredBytes;
}
