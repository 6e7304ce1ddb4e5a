/** The API's description: every route that there is, with every code it fails with, from the schemas that validate. */
import { codes } from "@culvert/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { access } from "../src/accounts/access.ts";
import { errorCodes, errorCodesOf } from "../src/api/error-codes.ts";
import { Installation } from "./installation.ts";

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly responses: Record<string, { description: string; content?: object }>;
  readonly requestBody?: object;
}

let installation: Installation;
let description: { openapi: string; paths: Record<string, Record<string, Operation>> };
beforeAll(async () => {
  installation = await Installation.start();
  description = (await installation.ask({ path: "/api/openapi.json" })).json as typeof description;
});
afterAll(() => installation.end());

/** Files, pages and addresses that are no part of the API. */
const undocumented = /^(WS |GET \/$|GET \/\*$|GET \/assets\/\*$|GET \/api\/docs|GET \/api\/openapi\.json$)/;
const routes = Object.keys(access).filter((route) => !undocumented.test(route));

function operationOf(route: string): Operation | undefined {
  const [method = "", pattern = ""] = route.split(" ");
  return description.paths[pattern.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
}

test("is OpenAPI 3.1", () => {
  expect(description.openapi).toBe("3.1.0");
  expect(routes.length).toBeGreaterThan(40);
});

test.each(routes)("%s stands in it, in words, with who may call it", (route) => {
  const operation = operationOf(route);
  expect(operation, "is documented").toBeDefined();
  expect(operation?.summary, "says what it does").toMatch(/\w+/);
  expect(operation?.security !== undefined, "says whether it needs a sign-in").toBe(typeof access[route] === "object");
});

test.each(routes)("%s names each code it fails with, under its status", (route) => {
  const [method = "", pattern = ""] = route.split(" ");
  const responses = operationOf(route)?.responses ?? {};
  for (const code of errorCodesOf(method, pattern)) {
    expect(responses[String(codes[code].httpStatus)]?.description, code).toContain(`\`${code}\``);
  }
});

test("no code is declared for a route that is not there", () => {
  expect(Object.keys(errorCodes).filter((route) => access[route] === undefined)).toEqual([]);
});
