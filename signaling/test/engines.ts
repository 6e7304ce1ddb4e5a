/** Stores to run the same tests on: the embedded engine, and PostgreSQL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store } from "../src/store/index.ts";
import { hasPostgres, type Postgres, startPostgres } from "./postgres.ts";

/** Names of the engines, for `describe.each`. */
export const engineNames = ["sqlite", "postgres"] as const;

/** True where tests on an engine run. */
export function hasEngine(name: (typeof engineNames)[number]): boolean {
  return name === "sqlite" || hasPostgres();
}

/** An engine ready to hold stores. */
export interface TestEngine {
  /** Where stores are: for `openStore`, and for the options of a server. */
  place(): Promise<StorePlace>;
  stop(): Promise<void>;
}

/** One store's place; each is empty at first. */
export interface StorePlace {
  readonly dataFolder: string;
  /** Undefined for the embedded engine. */
  readonly databaseUrl: string | undefined;
  open(): Promise<Store>;
}

/** Prepares an engine; rejects in words where PostgreSQL is missing. */
export async function startEngine(name: (typeof engineNames)[number]): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-store-"));
  const postgres: Postgres | undefined = name === "postgres" ? await startPostgres() : undefined;
  let places = 0;
  return {
    place: async () => {
      places += 1;
      const dataFolder = join(folder, `data-${places}`);
      const databaseUrl = await postgres?.createDatabase();
      return { dataFolder, databaseUrl, open: () => openStore(dataFolder, databaseUrl) };
    },
    stop: async () => {
      await postgres?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
