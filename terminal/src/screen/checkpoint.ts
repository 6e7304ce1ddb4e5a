/** A session's screen on disk, so that a restarted agent has little to put together again. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ScreenSnapshot } from "./screen-model.ts";

const schema = z.object({
  v: z.literal(1),
  columns: z.int().min(1).max(10_000),
  rows: z.int().min(1).max(10_000),
  sequence: z.int().min(0),
  screen: z.string(),
});

/** The one that was saved last; undefined where there is none that can be read. */
export function loadCheckpoint(folder: string): ScreenSnapshot | undefined {
  try {
    const { v: _, ...snapshot } = schema.parse(JSON.parse(readFileSync(join(folder, "screen.json"), "utf8")));
    return snapshot;
  } catch {
    return undefined;
  }
}

/** Saves it whole or not at all, for its owner alone. */
export function saveCheckpoint(folder: string, snapshot: ScreenSnapshot): void {
  const path = join(folder, "screen.json");
  writeFileSync(`${path}.part`, JSON.stringify({ v: 1, ...snapshot }), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}
