/**
 * The audit log: who did what, when, from where. Invariant: append-only, and each account's events are one hash chain,
 * so that a changed or missing row shows.
 */
import { createHash } from "node:crypto";
import type { Queries } from "../store/index.ts";

/** What is recorded. `deny`: something was asked for and refused. */
export type AuditAction = "enrol" | "sign-in" | "open" | "deny" | "revoke" | "rename" | "remove";

/** One event. `subject`: the id it is about; `details`: names and codes, never secrets. */
export interface AuditEvent {
  readonly accountId: string;
  readonly action: AuditAction;
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
  readonly address: string;
  readonly nowMs: number;
}

/** Appends an event; give it the transaction of what it records. */
export async function appendAudit(queries: Queries, event: AuditEvent): Promise<void> {
  const head = await queries
    .selectFrom("auditHeads")
    .selectAll()
    .where("accountId", "=", event.accountId)
    .executeTakeFirst();
  const row = {
    accountId: event.accountId,
    sequence: (head?.sequence ?? 0) + 1,
    at: event.nowMs,
    action: event.action,
    subject: event.subject,
    details: JSON.stringify(event.details),
    address: event.address,
    previousHash: head?.hash ?? "",
  };
  const hash = chainHash(row);
  await queries
    .insertInto("auditEvents")
    .values({ ...row, hash })
    .execute();
  const newHead = { accountId: row.accountId, sequence: row.sequence, hash };
  await queries
    .insertInto("auditHeads")
    .values(newHead)
    .onConflict((conflict) => conflict.column("accountId").doUpdateSet({ sequence: row.sequence, hash }))
    .execute();
}

/** The sequence number of the first event that does not fit its chain; undefined where the chain is whole. */
export async function brokenAuditEvent(queries: Queries, accountId: string): Promise<number | undefined> {
  const rows = await queries
    .selectFrom("auditEvents")
    .selectAll()
    .where("accountId", "=", accountId)
    .orderBy("sequence")
    .execute();
  let previousHash = "";
  let sequence = 0;
  for (const row of rows) {
    sequence += 1;
    if (row.sequence !== sequence || row.previousHash !== previousHash || row.hash !== chainHash(row)) return sequence;
    previousHash = row.hash;
  }
  const head = await queries.selectFrom("auditHeads").selectAll().where("accountId", "=", accountId).executeTakeFirst();
  return (head?.sequence ?? 0) === sequence && (head?.hash ?? "") === previousHash ? undefined : sequence + 1;
}

interface ChainedRow {
  readonly accountId: string;
  readonly sequence: number;
  readonly at: number;
  readonly action: string;
  readonly subject: string;
  readonly details: string;
  readonly address: string;
  readonly previousHash: string;
}

function chainHash(row: ChainedRow): string {
  const { accountId, sequence, at, action, subject, details, address, previousHash } = row;
  const text = JSON.stringify([accountId, sequence, at, action, subject, details, address, previousHash]);
  return createHash("sha256").update(text).digest("base64url");
}
