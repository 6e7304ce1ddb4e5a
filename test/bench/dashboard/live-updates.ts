/** How long the tasks are while 200 changes a second come to a list of 1,000 servers. */
import { setTimeout } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { manyServer } from "../../browser/dashboard/many-servers.ts";
import { type BenchRow, rowOf } from "../row.ts";
import { tasksWhile } from "./main-thread.ts";
import { openList } from "./opened-list.ts";

const servers = 1_000;
const perSecond = 200;
const forMs = 5_000;
const runs = 3;

/** Rows `dashboard`: the longest task, and how much of the time the page's main thread had work. */
export async function measureLiveUpdates(browser: Browser): Promise<BenchRow[]> {
  const longest: number[] = [];
  const busy: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { page, fixture, close } = await openList(browser, servers);
    const tasks = await tasksWhile(browser, page, async () => {
      const startedMs = performance.now();
      let sent = 0;
      for (let passedMs = 0; passedMs < forMs; passedMs = performance.now() - startedMs) {
        for (; sent < (passedMs / 1_000) * perSecond; sent += 1) {
          const server = manyServer((sent * 37) % servers);
          fixture.push({ type: "server", server: { ...server, label: `${server.label} ${sent}` } });
        }
        await setTimeout(5);
      }
      await page
        .getByText(/ \d{3,4}$/)
        .first()
        .waitFor();
    });
    longest.push(Math.max(...tasks));
    busy.push((tasks.reduce((sum, ms) => sum + ms, 0) / forMs) * 100);
    await close();
  }
  const name = `${perSecond} changes a second to ${servers} servers`;
  return [
    rowOf({ bench: "dashboard", case: `${name}, longest task`, unit: "ms", goal: "≤ 50" }, longest),
    rowOf({ bench: "dashboard", case: `${name}, main thread busy`, unit: "%" }, busy),
  ];
}
