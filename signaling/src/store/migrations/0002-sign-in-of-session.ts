/** Which sign-in made a remote session, so that signing out takes it back. Unknown for sessions older than this. */
import type { Kysely } from "kysely";

/** Adds the column; runs inside Kysely's migrator. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("remote_sessions").addColumn("sign_in_id", "text").execute();
}
