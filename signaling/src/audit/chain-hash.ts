/**
 * The hash of an audit event: SHA-256, base64url, over a JSON array of its fields in a fixed order, the hash of the event
 * before it last but who acted. Events older than members have no `who` and are hashed without it.
 */
import { createHash } from "node:crypto";
import type { AuditEventsTable } from "../store/index.ts";

/** What of a row is hashed: everything but its own hash. */
export type ChainedEvent = Omit<AuditEventsTable, "hash">;

/** The hash that belongs into the row. */
export function chainHash(event: ChainedEvent): string {
  const { accountId, sequence, at, action, subject, details, address, previousHash, who, memberId } = event;
  const fields = [accountId, sequence, at, action, subject, details, address, previousHash];
  const text = JSON.stringify(who === null ? fields : [...fields, who, memberId]);
  return createHash("sha256").update(text).digest("base64url");
}
