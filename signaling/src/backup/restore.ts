/**
 * Puts a backup into a store. Invariant: all of it or nothing; rows that are there are replaced only where that was
 * asked for; a backup of an older version is brought up to date, one of a newer version is refused.
 */
import { DatabaseSync } from "node:sqlite";
import { TunnelError } from "@culvert/protocol";
import { type Kysely, SqliteDialect, sql, type TableMetadata } from "kysely";
import { makeAuthTables } from "../accounts/auth-tables.ts";
import { serverLimits } from "../limits.ts";
import { bringUpToDate, type Store, storeOn } from "../store/index.ts";
import { migrations } from "../store/migrations/all-migrations.ts";
import { nodeSqliteDatabase } from "../store/node-sqlite-database.ts";
import { readBackup } from "./backup-file.ts";
import { insertRows } from "./insert-rows.ts";

/** What to restore. `store`: open, up to date and used by nobody else. */
export interface RestoreOptions {
  readonly store: Store;
  readonly path: string;
  /** Take out what is there. */
  readonly replace: boolean;
}

/** What was restored. `keys`: the backup's own, for the caller to put in their place. */
export interface Restored {
  readonly rows: number;
  readonly createdAt: number;
  readonly keys: { readonly signingKey: string; readonly cookieSecret: string } | undefined;
}

/** Restores; throws `version-unsupported`, `policy` where there is something already, `invalid-request`. */
export async function restore({ store, path, replace }: RestoreOptions): Promise<Restored> {
  const { head, rows } = await readBackup(path);
  const unknown = head.migrations.filter((name) => migrations[name] === undefined);
  if (unknown.length > 0) {
    throw new TunnelError("version-unsupported", `This backup was written by a newer Culvert (it has ${unknown[0]}).`, {
      hint: "Update this Culvert, then restore again.",
    });
  }
  await requireNoNode(store);
  await makeAuthTables(store);
  const own = await ownTables();
  const present = (await store.rawQueries.introspection.getTables()).map(({ name }) => name);
  const others = present.filter((name) => !own.has(name) && !name.startsWith("kysely_"));
  if (!replace) await requireEmpty(store, [...own].filter((name) => present.includes(name)).concat(others));
  const count = await store.rawQueries.transaction().execute(async (transaction) => {
    if (store.engine === "sqlite") await sql`pragma defer_foreign_keys = on`.execute(transaction);
    await remakeTables(transaction, { own, others, names: head.migrations });
    return insertRows(transaction, store.engine, rows);
  });
  await bringUpToDate(store, "The restored store");
  await store.queries.updateTable("servers").set({ nodeId: null }).execute();
  return { rows: count, createdAt: head.createdAt, keys: head.keys };
}

interface Remaking {
  readonly own: ReadonlySet<string>;
  readonly others: readonly string[];
  /** Migrations to run. */
  readonly names: readonly string[];
}

/** Our tables as they were when the backup was taken, and the auth library's emptied. */
async function remakeTables(transaction: Kysely<unknown>, { own, others, names }: Remaking): Promise<void> {
  for (const name of own) await transaction.schema.dropTable(name).ifExists().execute();
  // Those that refer to users go first.
  const usersLast = [...others].sort((left, right) => Number(left === "user") - Number(right === "user"));
  for (const name of usersLast) await sql`delete from ${sql.table(name)}`.execute(transaction);
  await sql`delete from kysely_migration`.execute(transaction);
  const at = new Date().toISOString();
  for (const name of [...names].sort()) {
    await migrations[name]?.up(transaction);
    await sql`insert into kysely_migration (name, timestamp) values (${name}, ${at})`.execute(transaction);
  }
}

/** The tables that our migrations make, whatever engine they are on. */
async function ownTables(): Promise<ReadonlySet<string>> {
  const store = storeOn({
    name: "sqlite",
    dialect: new SqliteDialect({ database: nodeSqliteDatabase(new DatabaseSync(":memory:")) }),
    fault: () => undefined,
    exclusively: (work) => work(),
    close: async () => undefined,
  });
  await bringUpToDate(store, "A store in memory");
  const tables: TableMetadata[] = await store.rawQueries.introspection.getTables();
  await store.close();
  return new Set(tables.map(({ name }) => name));
}

async function requireEmpty(store: Store, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(store.rawQueries);
    if (rows.length === 0) continue;
    throw new TunnelError("policy", `There is a store already, with rows in ${table}.`, {
      hint: "Restore into an empty folder or database, or say --replace to lose what is there.",
    });
  }
}

/** Nodes hold no lock on a database; they are known by their beats. */
async function requireNoNode(store: Store): Promise<void> {
  const beats = async () =>
    new Map((await store.queries.selectFrom("nodes").selectAll().execute()).map(({ nodeId, beat }) => [nodeId, beat]));
  const before = await beats();
  if (before.size === 0) return;
  await new Promise((resolve) => setTimeout(resolve, 2 * serverLimits.nodeBeatMs));
  const living = [...(await beats())].some(([nodeId, beat]) => before.get(nodeId) !== beat);
  if (!living) return;
  throw new TunnelError("limit-reached", "A running server uses this database.", {
    hint: "Stop every node, then restore again.",
  });
}
