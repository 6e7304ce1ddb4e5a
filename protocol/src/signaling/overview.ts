/** The overview of an account as the HTTP API tells it. Times: ms since 1970. */
import { z } from "zod";
import { codeSchema } from "../code-schema.ts";

const timeMs = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

/** `day`: the last 24 hours by the hour; `month`: the last 30 days by the day (UTC). */
export const overviewRangeSchema = z.enum(["day", "month"]);
export type OverviewRange = z.infer<typeof overviewRangeSchema>;

/** `GET /api/overview` */
export const overviewQuerySchema = z.object({ range: overviewRangeSchema.default("day") });

const waysSchema = z.object({ direct: count, turn: count, relay: count, unknown: count });

/** One step of the range. `relayedBytes`: sealed bytes that the relay carried, both ways; TURN's are not among them. */
export const overviewStepSchema = z.object({ at: timeMs, sessions: count, relayedBytes: count });
export type OverviewStep = z.infer<typeof overviewStepSchema>;

/** What is online, what is open, by which ways, at which cost, and what failed. */
export const overviewSchema = z.object({
  range: overviewRangeSchema,
  /** The steps begin here, each is `stepMs` long, and the last one is not over. */
  from: timeMs,
  stepMs: z.number().int().positive(),
  servers: z.object({ ready: count, degraded: count, unavailable: count, disconnected: count }),
  /** Tunnels that agents say are open now, by the way of each; `unknown`: none yet, or it is being sought again. */
  openNow: waysSchema,
  /** Sessions that began in the range, by the best way that each had; `unknown`: no agent told of one. */
  ways: waysSchema,
  steps: z.array(overviewStepSchema).max(32),
  /** Bytes that the relay carried in the last 24 hours, and how many it carries for an account in such a time. */
  relayDay: z.object({ usedBytes: count, limitBytes: count }),
  /** Openings that failed and openings that broke off, by reason, the most frequent first. */
  failures: z.array(z.object({ code: codeSchema, count })),
});
export type Overview = z.infer<typeof overviewSchema>;
