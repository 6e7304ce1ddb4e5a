/** What the overview counts: figures by the hour, and the way of each session. */
import type { Kysely } from "kysely";

/** Makes the table and the column; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("account_figures")
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("hour", "bigint", (column) => column.notNull())
    .addColumn("figure", "text", (column) => column.notNull())
    .addColumn("amount", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("account_figures_key", ["account_id", "hour", "figure"])
    .execute();
  await db.schema.createIndex("account_figures_by_hour").on("account_figures").column("hour").execute();
  await db.schema.alterTable("remote_sessions").addColumn("way", "text").execute();
}
