/**
 * The API's own description, OpenAPI 3.1 from the very schemas that validate, and pages to read it in. Invariant: the
 * pages bring everything with them and run under a policy as strict as the dashboard's.
 */
import { type Code, codes } from "@culvert/protocol";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifySchema } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { accessOf } from "../accounts/access.ts";
import { authDescriptions } from "./auth-descriptions.ts";
import { errorCodesOf } from "./error-codes.ts";
import type { Api } from "./typed-api.ts";

/** Where the pages are. */
export const docsPath = "/api/docs";

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function isForMembers(method: string, url: string): boolean {
  return typeof accessOf(method, url) === "object";
}

/** Adds the description and its pages; to be called before any route. */
export async function addOpenApi(api: Api): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Culvert signaling",
        version: "1",
        description:
          "Accounts, servers, remote sessions. Every failure is `{error: {code, message, hint}}`; codes are a closed list. " +
          "Browsers are known by the session cookie and must be on the dashboard's own pages. Times are ms since 1970.",
      },
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "__Host-culvert.session_token" },
          token: { type: "http", scheme: "bearer" },
        },
      },
    },
    transform: (document) => {
      const method = [document.route.method].flat()[0] ?? "GET";
      const described = authDescriptions[`${method} ${document.url}`] ?? document.schema;
      const { schema, url } = jsonSchemaTransform({ ...document, schema: described });
      if (schema.hide === true) return { schema, url };
      const security = isForMembers(method, url) ? { security: [{ session: [] }, { token: [] }] } : {};
      const tags = [/^\/api\/([a-z-]+)/.exec(url)?.[1] ?? "operation"];
      const failing = errorCodesOf(method, url);
      return { schema: { tags, ...security, ...withFailures(schema, failing) }, url };
    },
  });
  await api.register(swaggerUi, {
    routePrefix: docsPath,
    staticCSP: pagePolicy,
    theme: { title: "Culvert API" },
    logo: { type: "image/svg+xml", content: "" },
    uiConfig: { layout: "BaseLayout", deepLinking: false },
  });
  api.get("/api/openapi.json", { schema: { hide: true } }, async () => api.swagger());
}

type Responses = Readonly<Record<string, unknown>>;

/** Failures by their statuses, each with its codes in words, in place of "any 4xx". */
function withFailures(schema: FastifySchema, failing: readonly Code[]): FastifySchema {
  const { response, ...rest } = schema;
  const { "4xx": shape, "5xx": _server, ...successes } = (response ?? {}) as Responses;
  const byStatus = new Map<number, Code[]>();
  for (const code of failing) {
    const { httpStatus } = codes[code];
    byStatus.set(httpStatus, [...(byStatus.get(httpStatus) ?? []), code]);
  }
  const failures = [...byStatus].map(([status, ofStatus]) => [
    String(status),
    { ...(typeof shape === "object" ? shape : {}), description: ofStatus.map(inWords).join("; ") },
  ]);
  return { ...rest, response: { ...successes, ...Object.fromEntries(failures) } };
}

function inWords(code: Code): string {
  return `\`${code}\`: ${codes[code].meaning}`;
}
