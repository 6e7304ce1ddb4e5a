/** Several nodes on one store: where agents are attached, who lives, and what nodes must hear of. */
import type { Kysely } from "kysely";

/** Makes the tables and columns; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("servers").addColumn("node_id", "text").execute();
  await db.schema.alterTable("servers").addColumn("ended_at", "bigint").execute();
  await db.schema.createIndex("servers_by_node").on("servers").column("node_id").execute();

  await db.schema.createIndex("remote_sessions_by_revocation").on("remote_sessions").column("revoked_at").execute();

  await db.schema
    .createTable("nodes")
    .addColumn("node_id", "text", (column) => column.primaryKey())
    .addColumn("started_at", "bigint", (column) => column.notNull())
    .addColumn("beat", "bigint", (column) => column.notNull())
    .addColumn("secrets_mark", "text", (column) => column.notNull())
    .addColumn("agents", "bigint", (column) => column.notNull())
    .addColumn("relay_bytes", "bigint", (column) => column.notNull())
    .execute();

  await db.schema
    .createTable("notices")
    .addColumn("notice_id", "text", (column) => column.primaryKey())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("topic", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("notices_by_time").on("notices").column("at").execute();
}
