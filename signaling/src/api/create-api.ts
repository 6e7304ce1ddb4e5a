/**
 * The Fastify instance that all routes hang on: zod validates and serialises, one handler words every fault, one line is
 * logged per request. Invariant: a log line has method, route pattern, status and duration, never an address or a body.
 */

import { randomBytes } from "node:crypto";
import { codes } from "@culvert/protocol";
import { fastify, LogController } from "fastify";
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { type TrustProxy, trustsHop } from "../config/index.ts";
import { apiHeaders } from "../hosting/security-headers.ts";
import { serverLimits } from "../limits.ts";
import type { Logger } from "../log/index.ts";
import type { Metrics } from "../metrics/index.ts";
import { addRouteRates, type Rates, TooOften } from "../rates/index.ts";
import { errorCodesOf } from "./error-codes.ts";
import { type Failure, failure, failureOf } from "./failure.ts";
import { addOpenApi } from "./openapi.ts";
import type { Api } from "./typed-api.ts";

/** What the API is made of. */
export interface ApiOptions {
  readonly dashboardOrigin: URL;
  readonly trustProxy: TrustProxy;
  readonly rates: Rates;
  /** Requests of one address, whatever they ask for. */
  readonly requestsPerMinute: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Fastify without routes. Requests are given to it by its `routing`; it opens no port itself. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { dashboardOrigin, trustProxy, metrics, log } = options;
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    trustProxy: trustsHop(trustProxy),
    bodyLimit: serverLimits.bodyBytes,
    // Unguessable, so that who names one has seen the answer it stands in.
    genReqId: () => randomBytes(9).toString("base64url"),
    routerOptions: { maxParamLength: 128 },
  }).withTypeProvider<ZodTypeProvider>();
  const api = app as unknown as Api;
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  api.setErrorHandler((thrown, request, reply) => {
    const { status, body } = failureOfRequest(thrown);
    if (thrown instanceof TooOften) reply.header("retry-after", Math.ceil(thrown.retryAfterMs / 1000));
    const { code } = body.error;
    metrics.failed(code);
    const { url: route } = request.routeOptions;
    if (status >= 500) request.log.error({ err: thrown, route }, "a request failed");
    if (route !== undefined && !errorCodesOf(request.method, route).includes(code)) {
      request.log.error({ route, code }, "a route failed with a code that its description lacks");
    }
    if (code === "internal") body.error.hint = `${codes.internal.hint} Its number in the log: ${request.id}.`;
    return reply.status(status).type("application/json").serializer(JSON.stringify).send(body);
  });
  const headers = apiHeaders(dashboardOrigin);
  api.addHook("onRequest", async (request, reply) => {
    reply.headers({ ...headers, "x-request-id": request.id });
  });
  api.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    const route = routeOptions.url ?? "none";
    const answered = { method, route, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) };
    request.log.info(answered, "request");
    metrics.answered(answered);
  });
  addRouteRates(api, options.rates, options.requestsPerMinute);
  await addOpenApi(api);
  return api;
}

function failureOfRequest(thrown: unknown): Failure {
  if (!hasZodFastifySchemaValidationErrors(thrown)) return failureOf(thrown);
  const [first] = thrown.validation;
  const place = first === undefined ? "" : first.instancePath.replace(/^\//, "").replaceAll("/", ".");
  const words = place === "" ? "The request's body is malformed." : `The request's "${place}" is malformed.`;
  return failure("invalid-request", words);
}
