/** Ports of apps: whose each is, for good. */
import type { Kysely } from "kysely";

/** Makes the table; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("app_ports")
    .addColumn("port", "integer", (column) => column.primaryKey())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("app_ports_by_label").on("app_ports").column("label").execute();
}
