/**
 * What a page's main thread did, from a trace of Chromium's: how long its tasks were, in time that it had a processor. A
 * machine that has other work makes every task longer by the clock, and says nothing of the page.
 */
import type { Browser, Page } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of a processor's time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Lengths in ms of the tasks of the page's main thread while `work` ran. */
export async function tasksWhile(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: ["toplevel", "__metadata"] });
  let trace: Buffer;
  try {
    await work();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const mainThreads = new Set(
    traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain").map(threadOf),
  );
  const tasks = traceEvents.filter(
    (event) => event.ph === "X" && event.name.endsWith("RunTask") && mainThreads.has(threadOf(event)),
  );
  if (tasks.length === 0) throw new Error("The trace has no tasks of a page's main thread.");
  return tasks.map(({ tdur = 0 }) => tdur / 1_000);
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}/${tid}`;
}
