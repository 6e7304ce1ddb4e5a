/** All requests that are shown, as one HAR file: asked of the core a few at a time, so that the page goes on. */
import type { AppInspector } from "@culvert/browser-client";
import { type HarExchange, harEnd, harEntry, harStart } from "./har-file.ts";
import type { RequestStore } from "./request-store.ts";

/** So many are asked for at once. */
const batchSize = 50;

export interface HarExport {
  readonly inspector: AppInspector;
  readonly store: RequestStore;
  readonly base: string;
  onProgress(done: number, all: number): void;
}

/** The parts of the file, in order. Rejects where the view ended meanwhile. */
export async function exportHar({ inspector, store, base, onProgress }: HarExport): Promise<readonly string[]> {
  const ids = [...store.state.shown];
  const parts = [harStart];
  for (let at = 0; at < ids.length; at += batchSize) {
    const exchanges = await Promise.all(ids.slice(at, at + batchSize).map((id) => exchangeOf(inspector, store, id)));
    const entries = exchanges.flatMap((exchange) => (exchange === undefined ? [] : [harEntry(exchange, base)]));
    if (entries.length > 0) {
      parts.push((parts.length > 1 ? "," : "") + entries.map((entry) => JSON.stringify(entry)).join(","));
    }
    onProgress(Math.min(ids.length, at + batchSize), ids.length);
  }
  return [...parts, harEnd];
}

async function exchangeOf(inspector: AppInspector, store: RequestStore, id: number): Promise<HarExchange | undefined> {
  const request = store.find(id);
  return request && { request, detail: await inspector.detail(id) };
}
