/** Servers, remote sessions, one-time codes, app origins and audit. */
import type { Kysely } from "kysely";

/** Makes the tables; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("servers")
    .addColumn("server_id", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("owner_label", "text")
    .addColumn("identity_key", "text", (column) => column.notNull())
    .addColumn("noise_key", "text", (column) => column.notNull())
    .addColumn("noise_key_signature", "text", (column) => column.notNull())
    .addColumn("presence", "text")
    .addColumn("min_version", "bigint")
    .addColumn("max_version", "bigint")
    .addColumn("generation", "bigint", (column) => column.notNull().defaultTo(0))
    .addColumn("enrolled_at", "bigint", (column) => column.notNull())
    .addColumn("last_connected_at", "bigint")
    .addColumn("removed_at", "bigint")
    .execute();
  await db.schema.createIndex("servers_by_account").on("servers").columns(["account_id", "enrolled_at"]).execute();

  await db.schema
    .createTable("remote_sessions")
    .addColumn("session_id", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("server_id", "text", (column) => column.notNull())
    .addColumn("service_id", "text", (column) => column.notNull())
    .addColumn("service_name", "text", (column) => column.notNull())
    .addColumn("ticket_hash", "text", (column) => column.notNull().unique())
    .addColumn("device_thumbprint", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
  await db.schema
    .createIndex("remote_sessions_by_account")
    .on("remote_sessions")
    .columns(["account_id", "created_at"])
    .execute();
  await db.schema.createIndex("remote_sessions_by_server").on("remote_sessions").column("server_id").execute();

  await db.schema
    .createTable("one_time_codes")
    .addColumn("code_hash", "text", (column) => column.primaryKey())
    .addColumn("purpose", "text", (column) => column.notNull())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("used_at", "bigint")
    .execute();

  await db.schema
    .createTable("app_origins")
    .addColumn("label", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("server_id", "text", (column) => column.notNull())
    .addColumn("service_id", "text", (column) => column.notNull())
    .addColumn("service_name", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .execute();

  await db.schema
    .createTable("audit_events")
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("details", "text", (column) => column.notNull())
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("previous_hash", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("audit_events_key", ["account_id", "sequence"])
    .execute();
  await db.schema
    .createTable("audit_heads")
    .addColumn("account_id", "text", (column) => column.primaryKey())
    .addColumn("sequence", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
}
