/** Scripts that a page loads by itself, as gzip sends them: also those that it fetches a while after it stands. */
import type { Browser } from "playwright-core";
import { DashboardFixture } from "../../browser/dashboard/fixture.ts";
import { ScriptWatch } from "../../browser/dashboard/page-at-rest.ts";
import { everyState } from "../../browser/dashboard/sample-servers.ts";
import { type BenchRow, rowOf } from "../row.ts";

const pages = [
  { name: "list of servers", address: "/", signedIn: true, shows: "studio-mac" },
  { name: "sign-in", address: "/sign-in", signedIn: false, shows: "Sign in" },
] as const;

/** Rows `dashboard`, one a page. */
export async function measureInitialScripts(browser: Browser): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, address, signedIn, shows } of pages) {
    const fixture = new DashboardFixture();
    fixture.servers = everyState;
    fixture.signedIn = signedIn;
    await fixture.start();
    const page = await browser.newPage();
    const scripts = new ScriptWatch(page);
    await page.clock.install();
    await page.goto(fixture.origin + address);
    await page.getByText(shows).first().waitFor();
    await scripts.rest();
    const labels = { bench: "dashboard", case: `initial scripts of ${name}, gzip`, unit: "KiB", goal: "≤ 200" };
    rows.push(rowOf(labels, [fixture.scriptBytes() / 1024]));
    await page.context().close();
    await fixture.stop();
  }
  return rows;
}
