/** Members of accounts and their roles, invitations, and who is behind an audit event and a remote session. */
import type { Kysely } from "kysely";

/** Adds tables and columns; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("members")
    .addColumn("member_id", "text", (column) => column.primaryKey())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("joined_at", "bigint", (column) => column.notNull())
    .addColumn("removed_at", "bigint")
    .execute();
  await db.schema.createIndex("members_by_account").on("members").columns(["account_id", "joined_at"]).execute();

  await db.schema
    .createTable("invitations")
    .addColumn("invitation_id", "text", (column) => column.primaryKey())
    .addColumn("code_hash", "text", (column) => column.notNull().unique())
    .addColumn("account_id", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("note", "text", (column) => column.notNull())
    .addColumn("invited_by", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("used_at", "bigint")
    .addColumn("used_by", "text")
    .addColumn("revoked_at", "bigint")
    .execute();
  await db.schema
    .createIndex("invitations_by_account")
    .on("invitations")
    .columns(["account_id", "created_at"])
    .execute();

  await db.schema.alterTable("audit_events").addColumn("who", "text").execute();
  await db.schema.alterTable("audit_events").addColumn("member_id", "text").execute();
  await db.schema.alterTable("remote_sessions").addColumn("member_id", "text").execute();
}
