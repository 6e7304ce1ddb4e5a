/** The desk's log of requests: what the agent's viewers asked and how it was answered, secrets masked by the agent. */
import { z } from "zod";
import { codeSchema } from "../code-schema.ts";

const count = z.number().int().nonnegative();
const headers = z.array(z.tuple([z.string(), z.string()]));

/** One request in the list. Times in ms, `at` since 1970; `status` and `code` are null until it is answered. */
export const deskRequestSchema = z.object({
  id: count,
  /** Rises with each change of it. */
  revision: count,
  at: count,
  kind: z.enum(["http", "websocket"]),
  serviceName: z.string(),
  viewerId: z.string(),
  method: z.string(),
  /** With its query; values that stand for secrets are masked. */
  path: z.string(),
  /** The request that this one repeats. */
  replayOf: count.nullable(),
  status: z.number().int().nullable(),
  /** In place of an answer: refused by the policy, target down … */
  code: codeSchema.nullable(),
  message: z.string(),
  headMs: z.number().nullable(),
  /** Null while it is under way. */
  totalMs: z.number().nullable(),
  requestBytes: count,
  answerBytes: count,
});
export type DeskRequest = z.infer<typeof deskRequestSchema>;

/**
 * `GET /requests?after=<revision>&wait=<ms>`: those that changed since, oldest change last. `wait`: the answer waits for a
 * change, 25 s at most. `revision` is what to ask with next.
 */
export const deskRequestsSchema = z.object({
  revision: count,
  /** Until when bodies are kept; null where they are not. */
  bodiesUntil: count.nullable(),
  requests: z.array(deskRequestSchema),
});
export type DeskRequests = z.infer<typeof deskRequestsSchema>;

/** A body's beginning. `text`: null where it is no text. */
export const deskBodySchema = z.object({
  text: z.string().nullable(),
  /** Base64 where it is no text. */
  base64: z.string().nullable(),
  keptBytes: count,
  sizeBytes: count,
});
export type DeskBody = z.infer<typeof deskBodySchema>;

/** `GET /requests/:id`. Bodies are null where they were not kept. */
export const deskRequestDetailSchema = deskRequestSchema.extend({
  requestHeaders: headers,
  answerHeaders: headers,
  requestBody: deskBodySchema.nullable(),
  answerBody: deskBodySchema.nullable(),
});
export type DeskRequestDetail = z.infer<typeof deskRequestDetailSchema>;

/** `POST /requests/bodies`: keeps bodies for so long from now on; 0 forgets what was kept. An hour at most. */
export const keepBodiesSchema = z.object({ forMs: z.number().int().min(0).max(3_600_000) });
/** Its answer. */
export const keptBodiesSchema = z.object({ bodiesUntil: count.nullable() });

/** The answer to `POST /requests/:id/replay`: the request that repeated it, once it is answered. */
export const replayedRequestSchema = z.object({ id: count });
