/**
 * The audit log: who did what, when, from where. Invariant: append-only, and each account's events are one hash chain,
 * so that a changed or missing row shows. The account's head row is locked from the append to the transaction's end, so
 * that two nodes never continue the chain from the same event.
 */
import { lockAccount, type Queries } from "../store/index.ts";
import { chainHash } from "./chain-hash.ts";

/** What is recorded. `deny`: something was asked for and refused. */
export const auditActions = [
  "enrol",
  "sign-in",
  "sign-out",
  "open",
  "deny",
  "revoke",
  "rename",
  "remove",
  "invite",
  "join",
  "settings",
  "share",
  "approve",
] as const;
export type AuditAction = (typeof auditActions)[number];

/** Who acts: for which account, which member where there is one, and from where. */
export interface Actor {
  readonly accountId: string;
  /** From where; empty where the server acts by itself. */
  readonly address: string;
  /** Undefined where no member acts: a machine, a viewer of a share, the server itself. */
  readonly memberId?: string;
  /** The member's email, or what acts: a machine's label. */
  readonly who?: string;
}

/** One event. `subject`: the id it is about; `details`: names and codes, never secrets. */
export interface AuditEvent extends Actor {
  readonly action: AuditAction;
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/** Who is written down where nobody else acts. */
const theServer = "culvert";

/** Appends an event; give it the transaction of what it records. */
export async function appendAudit(transaction: Queries, event: AuditEvent): Promise<void> {
  const { accountId } = event;
  const head = await lockAccount(transaction, accountId);
  const row = {
    accountId,
    sequence: head.sequence + 1,
    at: event.nowMs,
    action: event.action,
    subject: event.subject,
    details: JSON.stringify(event.details),
    address: event.address,
    who: event.who ?? theServer,
    memberId: event.memberId ?? null,
    previousHash: head.hash,
  };
  const hash = chainHash(row);
  await transaction
    .insertInto("auditEvents")
    .values({ ...row, hash })
    .execute();
  const newHead = { sequence: row.sequence, hash };
  await transaction.updateTable("auditHeads").set(newHead).where("accountId", "=", accountId).execute();
}
