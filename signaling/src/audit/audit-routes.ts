/** /api/audit: the account's log for owners and auditors; read, exported, checked. */
import { Readable } from "node:stream";
import {
  auditFilterSchema,
  auditPageSchema,
  auditQuerySchema,
  auditVerificationSchema,
} from "@culvert/protocol/signaling";
import { type Accounts, requireAccount } from "../accounts/index.ts";
import { type Api, answersWith } from "../api/typed-api.ts";
import type { Queries } from "../store/index.ts";
import { auditLines, auditPage } from "./audit-log.ts";
import type { AuditWatch } from "./audit-watch.ts";

/** What the routes stand on. */
export interface AuditRoutesOptions {
  readonly accounts: Accounts;
  readonly queries: Queries;
  readonly watch: AuditWatch;
}

/** Adds the routes. */
export function addAuditRoutes(api: Api, { accounts, queries, watch }: AuditRoutesOptions): void {
  api.get(
    "/api/audit",
    { schema: { querystring: auditQuerySchema, ...answersWith(auditPageSchema, "Who did what, newest first") } },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return auditPage(queries, accountId, request.query);
    },
  );

  api.get(
    "/api/audit/export",
    { schema: { querystring: auditFilterSchema, summary: "The log as JSON lines, oldest first" } },
    async (request, reply) => {
      const { accountId } = await requireAccount(accounts, request);
      return reply
        .header("content-disposition", 'attachment; filename="culvert-audit.jsonl"')
        .type("application/x-ndjson")
        .send(Readable.from(auditLines(queries, accountId, request.query)));
    },
  );

  api.get(
    "/api/audit/verification",
    { schema: answersWith(auditVerificationSchema, "What the last check of the log's hash chain found") },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return watch.lastCheck(accountId);
    },
  );
}
