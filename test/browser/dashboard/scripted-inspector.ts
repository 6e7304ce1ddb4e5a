/** What a test's engine tells the page of requests and paths. */
import type { AppViewPath, InspectedDetail, InspectedRequest } from "@culvert/browser-client";
import type { Page } from "playwright-core";
import { type EngineWindow, engineOf } from "./scripted-engine.ts";

/** What is told in one batch. */
export interface ToldRequests {
  readonly requests: readonly InspectedRequest[];
  readonly details?: Readonly<Record<string, InspectedDetail>>;
  readonly oldestId?: number;
  readonly keepsBodies?: boolean;
}

/** Waits until the inspector looks, and tells it. */
export async function tellRequests(page: Page, told: ToldRequests): Promise<void> {
  await page.waitForFunction(() => (globalThis as EngineWindow).engine?.calls.includes("watch"));
  await page.evaluate(({ requests, details = {}, oldestId = 1, keepsBodies = false }) => {
    const { engine } = globalThis as EngineWindow;
    if (engine === undefined) throw new Error("no engine");
    Object.assign(engine.details, details);
    engine.tellInspected({ requests, oldestId, keepsBodies, loopbackPort: 5_173 });
  }, told);
}

/** The engine tells the page its paths, and what is under way. */
export async function tellPaths(page: Page, paths: readonly AppViewPath[]): Promise<void> {
  await engineOf(page);
  await page.evaluate((told) => {
    const { engine } = globalThis as EngineWindow;
    engine?.tellPaths(told);
    engine?.tellFigures({ requests: 2, webSockets: 1, eventStreams: 1, soFar: 312 });
  }, paths);
}
