/**
 * Heads carried on http and websocket streams: msgpack objects, checked here after decoding.
 * Header lists keep order, case as sent, and duplicates (Set-Cookie).
 */
import { z } from "zod";
import { codeSchema } from "../code-schema.ts";
import { type Code, codes } from "../codes.ts";
import { fieldValuePattern, tokenPattern } from "./header-rules.ts";

const headerName = z.string().max(256).regex(tokenPattern, "no header name");
const headerValue = z.string().max(65_536).regex(fieldValuePattern, "no header value");
/** Origin-form (RFC 9112 §3.2.1): path and query as they stand in a request line. */
const originForm = z
  .string()
  .max(65_536)
  .regex(/^\/[!"$-~]*$/, "no path in origin-form");

/** A header list as it stood on the wire: `[name, value]`, in order; nothing in it can end a line. */
export const headerListSchema = z.array(z.tuple([headerName, headerValue])).max(256);
export type HeaderList = z.infer<typeof headerListSchema>;

/** First record of an http stream, viewer → agent. `path`: origin-form with query, never a host. */
export const requestHeadSchema = z.object({
  method: z.string().max(32).regex(tokenPattern, "no method"),
  path: originForm,
  headers: headerListSchema,
  /** False where no data record follows; the agent then sends no body framing. */
  hasBody: z.boolean(),
});
export type RequestHead = z.infer<typeof requestHeadSchema>;

/** SPEC.md §HTTP: what the target took for its head, as the agent measured it; for a person's eyes alone. */
const targetMs = z.number().nonnegative().max(2_147_483_647).optional();

/** Head or interim head of an answer, agent → viewer. */
export const responseHeadSchema = z.object({
  status: z.number().int().min(100).max(599),
  statusText: z.string().max(1_024).regex(fieldValuePattern, "no reason phrase"),
  headers: headerListSchema,
  targetMs,
});
export type ResponseHead = z.infer<typeof responseHeadSchema>;

/** First record of a websocket stream, viewer → agent. */
export const webSocketHeadSchema = z.object({
  path: originForm,
  headers: headerListSchema,
  protocols: z.array(z.string().max(256).regex(tokenPattern, "no subprotocol")).max(64),
});
export type WebSocketHead = z.infer<typeof webSocketHeadSchema>;

/** First record back on a websocket stream: the target's 101, or the answer that refused the upgrade. */
export const webSocketAnswerSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("accepted"),
    protocol: z.string().max(256).regex(fieldValuePattern, "no subprotocol"),
    headers: headerListSchema,
    targetMs,
  }),
  z.object({ type: z.literal("refused"), head: responseHeadSchema }),
]);
export type WebSocketAnswer = z.infer<typeof webSocketAnswerSchema>;

/** A close record: RFC 6455 §7.4; code 1005 = none given, 1006 = connection cut. */
export const webSocketCloseSchema = z.object({
  code: z.number().int().min(1000).max(4999),
  reason: z.string().max(123),
});
export type WebSocketClose = z.infer<typeof webSocketCloseSchema>;

const failureTextLength = 1_024;

/** In place of a head: why the agent has no answer of the target. Words for the viewer's eyes only. */
export const failureSchema = z.object({
  code: codeSchema,
  message: z.string().max(failureTextLength),
  hint: z.string().max(failureTextLength),
});
export type Failure = z.infer<typeof failureSchema>;

/** A failure in the words of its code, with a message of its own; long words are cut. */
export function failure(code: Code, message: string, hint: string = codes[code].hint): Failure {
  return { code, message: message.slice(0, failureTextLength), hint: hint.slice(0, failureTextLength) };
}
