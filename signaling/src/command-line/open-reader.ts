/** A store for commands that only read, also while a server uses it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import { secretText } from "../config/index.ts";
import { openPostgres } from "../store/postgres-engine.ts";
import { openSqliteReader } from "../store/sqlite-engine.ts";
import { type Store, storeOn } from "../store/store.ts";

/** The store of a folder, or the database that CULVERT_DATABASE_URL names; throws `not-found` where the folder has none. */
export function openReader(dataFolder: string): Store {
  const databaseUrl = secretText("CULVERT_DATABASE_URL", process.env);
  if (databaseUrl !== undefined) return storeOn(openPostgres({ databaseUrl, queryTimeoutMs: 0 }));
  if (!existsSync(join(dataFolder, "culvert.db"))) {
    throw new TunnelError("not-found", `There is no store in ${dataFolder}.`, { hint: "Name its folder with --data." });
  }
  return storeOn(openSqliteReader(dataFolder));
}
