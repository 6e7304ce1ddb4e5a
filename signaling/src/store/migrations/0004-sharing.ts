/** Enrolment that begins at the machine, keys that follow keys, launch links, shares and access tokens. */
import type { Kysely } from "kysely";

/** Makes the tables; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("enrolment_requests")
    .addColumn("code_hash", "text", (column) => column.primaryKey())
    .addColumn("server_id", "text", (column) => column.notNull())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("platform", "text", (column) => column.notNull())
    .addColumn("identity_key", "text", (column) => column.notNull())
    .addColumn("noise_key", "text", (column) => column.notNull())
    .addColumn("noise_key_signature", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("approved_at", "bigint")
    .addColumn("approved_by", "text")
    .execute();
  await db.schema.createIndex("enrolment_requests_by_end").on("enrolment_requests").columns(["expires_at"]).execute();

  await db.schema.alterTable("servers").addColumn("succeeds_server_id", "text").execute();
  await db.schema.alterTable("servers").addColumn("succeeds_identity_key", "text").execute();
  await db.schema.alterTable("servers").addColumn("succession_signature", "text").execute();

  await db.schema
    .createTable("launches")
    .addColumn("code_hash", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("server_id", "text", (column) => column.notNull())
    .addColumn("service_name", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("used_at", "bigint")
    .execute();
  await db.schema.createIndex("launches_by_account").on("launches").columns(["account_id", "expires_at"]).execute();

  await db.schema
    .createTable("shares")
    .addColumn("share_id", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("server_id", "text", (column) => column.notNull())
    .addColumn("service_id", "text", (column) => column.notNull())
    .addColumn("service_name", "text", (column) => column.notNull())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("ticket_hash", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
  await db.schema.createIndex("shares_by_server").on("shares").columns(["server_id", "created_at"]).execute();
  await db.schema.alterTable("remote_sessions").addColumn("share_id", "text").execute();
  await db.schema.createIndex("remote_sessions_by_share").on("remote_sessions").column("share_id").execute();

  await db.schema
    .createTable("access_tokens")
    .addColumn("token_id", "text", (column) => column.primaryKey())
    .addColumn("token_hash", "text", (column) => column.notNull().unique())
    .addColumn("member_id", "text", (column) => column.notNull())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("label", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("last_used_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .execute();
  await db.schema
    .createIndex("access_tokens_by_account")
    .on("access_tokens")
    .columns(["account_id", "created_at"])
    .execute();
}
