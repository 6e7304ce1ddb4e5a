/**
 * The embedded engine: one SQLite file in the data folder. Invariant: one process at a time owns the folder, held by an
 * exclusive lock on a second file that a crash gives back; every acknowledged write is on disk (synchronous FULL). The
 * database itself stays readable for others, so that a backup can be taken while the server runs.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TunnelError } from "@culvert/protocol";
import { SqliteDialect } from "kysely";
import type { Engine } from "./engine.ts";
import { nodeSqliteDatabase } from "./node-sqlite-database.ts";

/** How long a write waits where a reader of another process is in the way. */
const busyMs = 5_000;

/** Opens the engine of a folder, making the folder where missing. Throws `limit-reached` where it is in use. */
export function openSqlite(dataFolder: string): Engine {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const lock = opened(dataFolder, () => takeLock(dataFolder));
  try {
    const database = opened(dataFolder, () => openDatabase(dataFolder));
    return {
      name: "sqlite",
      dialect: new SqliteDialect({ database: nodeSqliteDatabase(database) }),
      fault: () => undefined,
      // Nobody else has the folder.
      exclusively: (work) => work(),
      close: async () => lock.close(),
    };
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
}

/** Opens the database of a folder that a server may be using, for reading alone. Throws where there is none. */
export function openSqliteReader(dataFolder: string): Engine {
  const database = opened(dataFolder, () => new DatabaseSync(join(dataFolder, "culvert.db"), { readOnly: true }));
  return {
    name: "sqlite",
    dialect: new SqliteDialect({ database: nodeSqliteDatabase(database) }),
    fault: () => undefined,
    exclusively: (work) => work(),
    close: async () => undefined,
  };
}

function takeLock(dataFolder: string): DatabaseSync {
  const lock = new DatabaseSync(join(dataFolder, "culvert.lock"));
  try {
    // Held until the process ends: it is never committed.
    lock.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;");
    return lock;
  } catch (thrown) {
    lock.close();
    throw thrown;
  }
}

function openDatabase(dataFolder: string): DatabaseSync {
  const database = new DatabaseSync(join(dataFolder, "culvert.db"));
  try {
    database.exec(`PRAGMA busy_timeout = ${busyMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`);
    database.exec("PRAGMA foreign_keys = ON;");
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

function opened(dataFolder: string, open: () => DatabaseSync): DatabaseSync {
  try {
    return open();
  } catch (thrown) {
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
