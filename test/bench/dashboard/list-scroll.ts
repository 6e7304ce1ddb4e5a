/** How long the tasks are while somebody scrolls through a list of 1,000 servers, from its top to its end and back. */
import type { Browser } from "playwright-core";
import { type BenchRow, rowOf } from "../row.ts";
import { tasksWhile } from "./main-thread.ts";
import { openList } from "./opened-list.ts";

const servers = 1_000;
const runs = 3;
/** Of the mouse wheel. */
const turnPx = 600;
const turns = 120;
/** Between two turns: a quick hand. */
const turnMs = 30;

/** Row `dashboard`: the longest task of each run. */
export async function measureListScroll(browser: Browser): Promise<BenchRow[]> {
  const longest: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { page, close } = await openList(browser, servers);
    await page.mouse.move(720, 500);
    const tasks = await tasksWhile(browser, page, async () => {
      for (const direction of [1, -1]) {
        for (let turn = 0; turn < turns; turn += 1) {
          await page.mouse.wheel(0, direction * turnPx);
          await page.waitForTimeout(turnMs);
        }
      }
    });
    longest.push(Math.max(...tasks));
    await close();
  }
  const labels = { bench: "dashboard", case: `scrolling ${servers} servers, longest task`, unit: "ms", goal: "≤ 50" };
  return [rowOf(labels, longest)];
}
