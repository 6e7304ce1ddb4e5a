/** What of an account must happen one after the other: the head of its audit chain is the row that is locked. */
import type { Queries } from "./store.ts";
import type { AuditHeadsTable } from "./store-schema.ts";

/**
 * Locks an account until the transaction ends and gives the head of its chain. Whoever counts rows of an account before
 * adding one calls this first: on PostgreSQL two transactions would otherwise count the same.
 */
export async function lockAccount(transaction: Queries, accountId: string): Promise<AuditHeadsTable> {
  return transaction
    .insertInto("auditHeads")
    .values({ accountId, sequence: 0, hash: "" })
    .onConflict((conflict) =>
      // An update that changes nothing: it locks the row and reads what the last holder wrote, on both engines.
      conflict.column("accountId").doUpdateSet((column) => ({ sequence: column.ref("auditHeads.sequence") })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}
