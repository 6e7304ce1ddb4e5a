/** Which of a browser's renderers is whose, found by keeping one document after the other busy. */
import type { BarePage } from "../harness/bare-browser.ts";
import { descendants, processorMs } from "./process-usage.ts";

/** Evaluates in the app's page. */
export type InApp = (expression: string) => Promise<unknown>;

/** What the process of the dashboard's page is called. */
export const appViewRenderer = "App View page and core worker";
const markMs = 400;

/**
 * Which process holds what: the one that works while a document is kept busy is the document's. The core's worker lives in
 * the process of the dashboard's page. A service worker has no document: it lives with the app's page or in a process of its
 * own, so what no document keeps busy is counted as its.
 */
export async function nameRenderers(page: BarePage, inApp: InApp): Promise<ReadonlyMap<number, string>> {
  const renderers = descendants(page.pid, "--type=renderer");
  const busyOne = async (evaluate: InApp): Promise<number> => {
    const before = renderers.map((id) => processorMs([id]));
    await evaluate(`{ const untilMs = performance.now() + ${markMs}; while (performance.now() < untilMs); }`);
    const worked = renderers.map((id, index) => ({ id, ms: processorMs([id]) - (before[index] ?? 0) }));
    return worked.toSorted((left, right) => right.ms - left.ms)[0]?.id ?? Number.NaN;
  };
  return new Map([
    [await busyOne((expression) => page.evaluate(expression)), appViewRenderer],
    [await busyOne(inApp), "app's page"],
  ]);
}
