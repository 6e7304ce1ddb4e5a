/** The HTTP API's typed surface: zod schemas of the protocol validate, type and document every route. */
import { apiErrorSchema } from "@culvert/protocol/signaling";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { z } from "zod";

/** Fastify with zod types, as every room adds its routes to it. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** A route's schema part: what it answers with, and the one shape of failures; their codes stand in error-codes.ts. */
export function answersWith<Schema extends z.ZodType>(schema: Schema, summary: string) {
  return { summary, response: { 200: schema, "4xx": apiErrorSchema, "5xx": apiErrorSchema } };
}
