/** Reading an account's audit log: newest first, filtered, a page at a time, or all of it as JSON lines. */
import type { AuditEventView, AuditPage, auditFilterSchema } from "@culvert/protocol/signaling";
import { sql } from "kysely";
import type { z } from "zod";
import type { AuditEventsTable, Queries } from "../store/index.ts";

/** Which events. */
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** Events of an export that are read at once. */
const exportPageEvents = 500;
/** Columns in which a text is looked for. */
const searched = ["who", "subject", "details", "address"] as const;

/** A page of events with sequence numbers below `before`, newest first. */
export async function auditPage(
  queries: Queries,
  accountId: string,
  { before, limit, ...filter }: AuditFilter & { readonly before?: number | undefined; readonly limit: number },
): Promise<AuditPage> {
  const rows = await matching(queries, accountId, filter)
    .$if(before !== undefined, (query) => query.where("sequence", "<", before ?? 0))
    .orderBy("sequence", "desc")
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { events: shown.map(viewOf), next: rows.length > limit && last !== undefined ? last.sequence : null };
}

/** All matching events, oldest first, each as one line of JSON with the hashes of the chain. */
export async function* auditLines(queries: Queries, accountId: string, filter: AuditFilter): AsyncGenerator<string> {
  let sequence = 0;
  for (;;) {
    const rows = await matching(queries, accountId, filter)
      .where("sequence", ">", sequence)
      .orderBy("sequence")
      .limit(exportPageEvents)
      .execute();
    if (rows.length > 0) yield rows.map(lineOf).join("");
    const last = rows.at(-1);
    if (last === undefined || rows.length < exportPageEvents) return;
    sequence = last.sequence;
  }
}

function matching(queries: Queries, accountId: string, { actions, memberId, text }: AuditFilter) {
  const wantedActions = actions?.split(",").filter((action) => action !== "") ?? [];
  let query = queries.selectFrom("auditEvents").selectAll().where("accountId", "=", accountId);
  if (wantedActions.length > 0) query = query.where("action", "in", wantedActions);
  if (memberId !== undefined && memberId !== "") query = query.where("memberId", "=", memberId);
  const words = text?.trim().toLowerCase() ?? "";
  if (words === "") return query;
  const pattern = `%${words.replaceAll(/[\\%_]/g, "\\$&")}%`;
  return query.where(({ or }) =>
    or(searched.map((column) => sql<boolean>`lower(${sql.ref(column)}) like ${pattern} escape '\\'`)),
  );
}

function viewOf(row: AuditEventsTable): AuditEventView {
  const { sequence, at, action, subject, address, memberId } = row;
  return { sequence, at, action, subject, address, memberId, who: row.who ?? "", details: JSON.parse(row.details) };
}

function lineOf(row: AuditEventsTable): string {
  const { previousHash, hash } = row;
  const time = new Date(row.at).toISOString();
  return `${JSON.stringify({ accountId: row.accountId, time, ...viewOf(row), previousHash, hash })}\n`;
}
