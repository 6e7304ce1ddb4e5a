/** What somebody has used up of a rate or a day's bytes, counted on all nodes together. */
import type { Kysely } from "kysely";

/** Makes the table; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("rate_counters")
    .addColumn("counter_key", "text", (column) => column.primaryKey())
    .addColumn("points", "bigint", (column) => column.notNull())
    .addColumn("resets_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("rate_counters_by_end").on("rate_counters").column("resets_at").execute();
}
