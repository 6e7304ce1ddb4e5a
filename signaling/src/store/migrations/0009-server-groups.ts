/** Groups that an owner puts servers into. */
import type { Kysely } from "kysely";

/** Adds the column; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("servers").addColumn("owner_group", "text").execute();
}
