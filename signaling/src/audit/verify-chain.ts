/** Checks an account's audit chain from its first event to its head, a page of events at a time. */
import type { AuditVerification } from "@culvert/protocol/signaling";
import type { Queries } from "../store/index.ts";
import { chainHash } from "./chain-hash.ts";

/** Events read at once: other requests get their turn between two pages. */
const pageEvents = 500;

/**
 * What a check of the whole chain finds. Events that are appended meanwhile are no fault: the chain is checked up to the
 * head as it was at the start.
 */
export async function verifyChain(queries: Queries, accountId: string, nowMs: number): Promise<AuditVerification> {
  const found = await queries
    .selectFrom("auditHeads")
    .selectAll()
    .where("accountId", "=", accountId)
    .executeTakeFirst();
  const head = found === undefined ? null : { sequence: found.sequence, hash: found.hash };
  let previousHash = "";
  let sequence = 0;
  const verdict = (brokenAt: number | null): AuditVerification => ({
    ...{ checkedAt: nowMs, events: sequence, brokenAt, head },
  });
  for (;;) {
    const rows = await queries
      .selectFrom("auditEvents")
      .selectAll()
      .where("accountId", "=", accountId)
      .where("sequence", ">", sequence)
      .orderBy("sequence")
      .limit(pageEvents)
      .execute();
    for (const row of rows) {
      const expected = sequence + 1;
      if (row.sequence !== expected || row.previousHash !== previousHash || row.hash !== chainHash(row)) {
        return verdict(expected);
      }
      // Where the head was at the start; what follows has been appended since, and is whole or will be found next time.
      if (row.sequence === head?.sequence && row.hash !== head.hash) return verdict(expected);
      sequence = row.sequence;
      previousHash = row.hash;
    }
    if (rows.length < pageEvents) break;
  }
  return verdict(sequence < (head?.sequence ?? 0) || (head === null && sequence > 0) ? sequence + 1 : null);
}

/** Every account that has a chain, in order. */
export async function auditedAccounts(queries: Queries): Promise<string[]> {
  const heads = await queries.selectFrom("auditHeads").select("accountId").orderBy("accountId").execute();
  return heads.map(({ accountId }) => accountId);
}
