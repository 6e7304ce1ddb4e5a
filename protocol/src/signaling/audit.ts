/** The audit log of an account as the HTTP API tells it. Times: ms since 1970. */
import { z } from "zod";

const timeMs = z.number().int().nonnegative();

/**
 * One event. `who`: the member's email then, or what acted where no member did; `subject`: the id it is about;
 * `address`: where the request came from, empty where the server acted by itself.
 */
export const auditEventSchema = z.object({
  sequence: z.number().int().positive(),
  at: timeMs,
  action: z.string(),
  who: z.string(),
  memberId: z.string().nullable(),
  subject: z.string(),
  details: z.record(z.string(), z.string()),
  address: z.string(),
});
export type AuditEventView = z.infer<typeof auditEventSchema>;

/** Which events: `actions` separated by commas; `text` stands in who, subject, details or address. */
export const auditFilterSchema = z.object({
  actions: z.string().max(256).optional(),
  memberId: z.string().max(64).optional(),
  text: z.string().max(64).optional(),
});

/** `GET /api/audit`: newest first. `before`: only events with a smaller sequence number. */
export const auditQuerySchema = auditFilterSchema.extend({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AuditQuery = z.input<typeof auditQuerySchema>;

/** `next`: the `before` of the next page, null where there is none. */
export const auditPageSchema = z.object({
  events: z.array(auditEventSchema),
  next: z.number().int().positive().nullable(),
});
export type AuditPage = z.infer<typeof auditPageSchema>;

/**
 * `GET /api/audit/verification`: what the last check of the hash chain found. `brokenAt`: the first event that does not
 * fit; `head`: the newest event's number and hash, to be kept elsewhere by who wants to be sure of the past.
 */
export const auditVerificationSchema = z.object({
  checkedAt: timeMs,
  events: z.number().int().nonnegative(),
  brokenAt: z.number().int().positive().nullable(),
  head: z.object({ sequence: z.number().int(), hash: z.string() }).nullable(),
});
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
