/**
 * The embedded store: one SQLite file in the data folder. Invariant: one process at a time owns the folder, held by
 * SQLite's own exclusive lock, which a crash gives back; every acknowledged write is on disk (synchronous FULL).
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TunnelError } from "@culvert/protocol";
import { CamelCasePlugin, Kysely, SqliteDialect, sql, type Transaction } from "kysely";
import { Migrator } from "kysely/migration";
import { migrations } from "./migrations/all-migrations.ts";
import { nodeSqliteDatabase } from "./node-sqlite-database.ts";
import type { StoreSchema } from "./store-schema.ts";

/** Queries, inside or outside a transaction. A query outside waits while a transaction runs: never await one within it. */
export type Queries = Kysely<StoreSchema>;
/** Queries inside a transaction, where atomicity is asked for. */
export type StoreTransaction = Transaction<StoreSchema>;

/** An open store. */
export interface Store {
  /** Our tables, in camelCase. */
  readonly queries: Queries;
  /** The same connection for better-auth, whose tables name their columns themselves. */
  readonly rawQueries: Kysely<unknown>;
  /** Rejects where the store does not answer. */
  check(): Promise<void>;
  /** Ends the connection and gives the folder back. */
  close(): Promise<void>;
}

/** Opens and migrates the store of a folder, making both where missing. Throws `limit-reached` where it is in use. */
export async function openStore(dataFolder: string): Promise<Store> {
  const database = openDatabase(dataFolder);
  const kysely = new Kysely<StoreSchema>({ dialect: new SqliteDialect({ database: nodeSqliteDatabase(database) }) });
  const rawQueries = kysely as Kysely<unknown>;
  const store: Store = {
    queries: kysely.withPlugin(new CamelCasePlugin()),
    rawQueries,
    check: async () => {
      await sql`select 1`.execute(kysely);
    },
    close: () => kysely.destroy(),
  };
  const { error } = await new Migrator({
    db: rawQueries,
    provider: { getMigrations: async () => migrations },
  }).migrateToLatest();
  if (error !== undefined) {
    await store.close();
    throw new TunnelError("internal", `The store in ${dataFolder} could not be brought to this version.`, {
      cause: error,
      hint: "It may have been written by a newer Culvert: update, or choose another folder with --data.",
    });
  }
  return store;
}

function openDatabase(dataFolder: string): DatabaseSync {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(dataFolder, "culvert.db"));
  try {
    database.exec("PRAGMA locking_mode = exclusive; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    database.exec("PRAGMA foreign_keys = ON;");
    // The lock is taken by the first write, not by the pragma.
    database.exec("BEGIN IMMEDIATE; COMMIT;");
    return database;
  } catch (thrown) {
    database.close();
    if (isBusy(thrown)) {
      throw new TunnelError("limit-reached", `The folder ${dataFolder} is in use by another Culvert process.`, {
        cause: thrown,
        hint: "Stop that process, or choose another folder with --data.",
      });
    }
    throw new TunnelError("internal", `The store in ${dataFolder} cannot be opened.`, {
      cause: thrown,
      hint: "Check the folder's permissions and free space.",
    });
  }
}

/** SQLITE_BUSY, https://sqlite.org/rescode.html#busy */
function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && "errcode" in thrown && thrown.errcode === 5;
}
