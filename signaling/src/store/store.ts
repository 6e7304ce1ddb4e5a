/**
 * The store: one schema, one set of migrations and one query code on two engines. Invariant: every acknowledged write
 * outlives the process, and what one statement decides is decided once, however many ask and on whichever node.
 */
import { TunnelError } from "@culvert/protocol";
import { CamelCasePlugin, Kysely, sql, type Transaction } from "kysely";
import { Migrator } from "kysely/migration";
import type { Engine } from "./engine.ts";
import { migrations } from "./migrations/all-migrations.ts";
import { openPostgres } from "./postgres-engine.ts";
import { openSqlite } from "./sqlite-engine.ts";
import type { StoreSchema } from "./store-schema.ts";

/** Queries, inside or outside a transaction. A query outside may wait for a transaction: never await one within it. */
export type Queries = Kysely<StoreSchema>;
/** Queries inside a transaction, where atomicity is asked for. */
export type StoreTransaction = Transaction<StoreSchema>;

/** An open store. */
export interface Store {
  readonly engine: Engine["name"];
  /** Our tables, in camelCase. */
  readonly queries: Queries;
  /** The same connection for better-auth, whose tables name their columns themselves. */
  readonly rawQueries: Kysely<unknown>;
  /** Rejects where the store does not answer. */
  check(): Promise<void>;
  /** Why the database was out of reach when it was last asked; undefined where it answered. */
  fault(): TunnelError | undefined;
  /** Runs work that no other node of this installation does at the same time. Not to be called within such work. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Ends the connection and gives the folder back. */
  close(): Promise<void>;
}

/** A query that takes longer than this counts as a database that does not answer. */
const queryTimeoutMs = 10_000;

/**
 * Opens and brings up to date the store of a folder, or the PostgreSQL database at `databaseUrl` where one is given.
 * Throws `limit-reached` where the folder is in use by another process.
 */
export async function openStore(dataFolder: string, databaseUrl?: string): Promise<Store> {
  if (databaseUrl === undefined) {
    const engine = openSqlite(dataFolder);
    const store = storeOn(engine);
    await closingWhereItFails(store, () => bringUpToDate(store, `The store in ${dataFolder}`));
    return store;
  }
  // A change of a large table takes as long as it takes; afterwards a slow database is one that is down.
  const patient = storeOn(openPostgres({ databaseUrl, queryTimeoutMs: 0 }));
  await closingWhereItFails(patient, () => patient.exclusively(() => bringUpToDate(patient, "The database")));
  await patient.close();
  return storeOn(openPostgres({ databaseUrl, queryTimeoutMs }));
}

/** A store on an engine as it stands, brought up to date by nobody. */
export function storeOn(engine: Engine): Store {
  const kysely = new Kysely<StoreSchema>({ dialect: engine.dialect });
  return {
    engine: engine.name,
    queries: kysely.withPlugin(new CamelCasePlugin()),
    rawQueries: kysely as Kysely<unknown>,
    check: async () => {
      await sql`select 1`.execute(kysely);
    },
    fault: () => engine.fault(),
    exclusively: (work) => engine.exclusively(work),
    close: async () => {
      await kysely.destroy();
      await engine.close();
    },
  };
}

/** Runs the migrations not yet run. `what`: the store in words. */
export async function bringUpToDate(store: Store, what: string): Promise<void> {
  const provider = { getMigrations: async () => migrations };
  const { error } = await new Migrator({ db: store.rawQueries, provider }).migrateToLatest();
  if (error === undefined) return;
  if (error instanceof TunnelError) throw error;
  throw new TunnelError("internal", `${what} could not be brought to this version.`, {
    cause: error,
    hint: "It may have been written by a newer Culvert: update, or choose another folder with --data.",
  });
}

async function closingWhereItFails(store: Store, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}
