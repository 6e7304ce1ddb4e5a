/**
 * Heads carried on http and websocket streams: msgpack objects, checked here after decoding.
 * Header lists keep order, case as sent, and duplicates (Set-Cookie).
 */
import { z } from "zod";
import { type Code, codes, isCode } from "../codes.ts";

/** A header list as it stood on the wire: `[name, value]`, in order. */
export const headerListSchema = z.array(z.tuple([z.string().max(256), z.string().max(65_536)])).max(256);
export type HeaderList = z.infer<typeof headerListSchema>;

/** First record of an http stream, viewer → agent. `path`: origin-form with query, never a host. */
export const requestHeadSchema = z.object({
  method: z.string().min(1).max(32),
  path: z.string().min(1).max(65_536).startsWith("/"),
  headers: headerListSchema,
  /** False where no data record follows; the agent then sends no body framing. */
  hasBody: z.boolean(),
});
export type RequestHead = z.infer<typeof requestHeadSchema>;

/** Head or interim head of an answer, agent → viewer. */
export const responseHeadSchema = z.object({
  status: z.number().int().min(100).max(599),
  statusText: z.string().max(1_024),
  headers: headerListSchema,
});
export type ResponseHead = z.infer<typeof responseHeadSchema>;

/** First record of a websocket stream, viewer → agent. */
export const webSocketHeadSchema = z.object({
  path: z.string().min(1).max(65_536).startsWith("/"),
  headers: headerListSchema,
  protocols: z.array(z.string().min(1).max(256)).max(64),
});
export type WebSocketHead = z.infer<typeof webSocketHeadSchema>;

/** First record back on a websocket stream: the target's 101, or the answer that refused the upgrade. */
export const webSocketAnswerSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("accepted"), protocol: z.string().max(256), headers: headerListSchema }),
  z.object({ type: z.literal("refused"), head: responseHeadSchema }),
]);
export type WebSocketAnswer = z.infer<typeof webSocketAnswerSchema>;

/** A close record: RFC 6455 §7.4; code 1005 = none given, 1006 = connection cut. */
export const webSocketCloseSchema = z.object({
  code: z.number().int().min(1000).max(4999),
  reason: z.string().max(123),
});
export type WebSocketClose = z.infer<typeof webSocketCloseSchema>;

const codeSchema = z.custom<Code>((value) => typeof value === "string" && isCode(value), "unknown code");

/** In place of a head: why the agent has no answer of the target. Words for the viewer's eyes only. */
export const failureSchema = z.object({
  code: codeSchema,
  message: z.string().max(1_024),
  hint: z.string().max(1_024),
});
export type Failure = z.infer<typeof failureSchema>;

/** A failure in the words of its code, with a message of its own. */
export function failure(code: Code, message: string, hint: string = codes[code].hint): Failure {
  return { code, message, hint };
}
