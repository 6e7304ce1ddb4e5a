/** The HTTP API's typed surface: zod schemas of the protocol validate, type and document every route. */
import type { Code } from "@culvert/protocol";
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

declare module "fastify" {
  interface FastifySchema {
    /** Codes that this route fails with beside those that every route has. */
    errorCodes?: readonly Code[];
  }
}

/**
 * A route's schema part: what it answers with, the one shape of failures, and the codes that it fails with beside those
 * that every route has (openapi.ts). A code that is answered without standing here is logged as a fault of ours.
 */
export function answersWith<Schema extends z.ZodType>(
  schema: Schema,
  summary: string,
  errorCodes: readonly Code[] = [],
) {
  return { summary, response: { 200: schema, "4xx": apiErrorSchema, "5xx": apiErrorSchema }, errorCodes };
}
