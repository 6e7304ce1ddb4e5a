/** Takes a backup of a store, also while a server uses it: everything as it stood at one moment. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import { type Kysely, sql } from "kysely";
import type { Store } from "../store/index.ts";
import { type BackupHead, type BackupRow, writeBackup } from "./backup-file.ts";

/** Rows that mean something to running nodes alone, and Kysely's own lock. */
const leftOut: ReadonlySet<string> = new Set(["nodes", "notices", "kysely_migration", "kysely_migration_lock"]);
const pageRows = 1_000;

/** What to back up. `store` needs no more than reading. */
export interface BackupOptions {
  readonly store: Store;
  readonly path: string;
  /** Put in where given. */
  readonly keys: BackupHead["keys"];
  readonly nowMs: number;
}

/** Writes the backup; gives the number of rows. */
export async function backUp({ store, path, keys, nowMs }: BackupOptions): Promise<number> {
  const transaction = store.rawQueries.transaction();
  const atOneMoment = store.engine === "postgres" ? transaction.setIsolationLevel("repeatable read") : transaction;
  return atOneMoment.execute(async (queries) => {
    const done = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(queries);
    const head: BackupHead = {
      type: "culvert-backup",
      version: 1,
      createdAt: nowMs,
      migrations: done.rows.map(({ name }) => name),
      ...(keys === undefined ? {} : { keys }),
    };
    return writeBackup(path, head, rowsOf(queries, store.engine));
  });
}

/** The keys of a data folder, or those given; throws `not-found` where one is missing. */
export function keysOf(
  dataFolder: string,
  given: Partial<NonNullable<BackupHead["keys"]>>,
): NonNullable<BackupHead["keys"]> {
  const read = (name: string): string => {
    const file = join(dataFolder, name);
    if (existsSync(file)) return readFileSync(file, "utf8");
    throw new TunnelError("not-found", `There is no ${name} in ${dataFolder}.`, {
      hint: "Name the server's folder with --data, or leave out --with-keys.",
    });
  };
  return {
    signingKey: given.signingKey ?? read("signing-key.json"),
    cookieSecret: given.cookieSecret ?? read("cookie-secret"),
  };
}

async function* rowsOf(queries: Kysely<unknown>, engine: Store["engine"]): AsyncGenerator<BackupRow> {
  const tables = await queries.introspection.getTables();
  // Users first: the auth library's other tables refer to them.
  const names = tables.map(({ name }) => name).filter((name) => !leftOut.has(name));
  names.sort((left, right) => Number(right === "user") - Number(left === "user") || left.localeCompare(right));
  const place = sql.raw(engine === "postgres" ? "ctid" : "rowid");
  for (const table of names) {
    for (let offset = 0; ; offset += pageRows) {
      const page = await sql<Record<string, unknown>>`
        select * from ${sql.table(table)} order by ${place} limit ${pageRows} offset ${offset}`.execute(queries);
      for (const row of page.rows) yield { table, row };
      if (page.rows.length < pageRows) break;
    }
  }
}
