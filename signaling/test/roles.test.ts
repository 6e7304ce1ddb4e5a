/** Every route and socket for every role: what stands in the table is what happens, and nothing is open by oversight. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Role } from "@culvert/protocol/signaling";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guardRoutes } from "../src/accounts/access-guard.ts";
import { type Access, access } from "../src/accounts/index.ts";
import { createApi } from "../src/api/create-api.ts";
import { socketPaths } from "../src/sockets/index.ts";
import { Installation } from "./installation.ts";
import { Person } from "./person.ts";
import { SocketInbox } from "./socket-inbox.ts";

const roles = ["owner", "operator", "auditor"] as const;
type Caller = Role | "nobody";
const callers: readonly Caller[] = [...roles, "nobody"];

const routes = Object.entries(access).filter(([key]) => !key.startsWith("WS ") && key.includes(" /api/"));
/** These would end the sign-ins that the other cases use; sign-ins.test.ts has them. */
const endsSignIns = new Set(["DELETE /api/sign-ins", "POST /api/auth/sign-out"]);
/** Streams without an end. */
const streams = new Set(["GET /api/servers/events"]);

let installation: Installation;
const people = new Map<Caller, Person>();

beforeAll(async () => {
  installation = await Installation.start({ rateLimits: { signIn: 10_000, redeem: 10_000, createSession: 10_000 } });
  const owner = await Person.owner(installation);
  people.set("owner", owner);
  for (const role of ["operator", "auditor"] as const) people.set(role, await owner.joinedBy(role));
  people.set("nobody", new Person(installation));
});
afterAll(() => installation.end());

function personOf(caller: Caller): Person {
  const person = people.get(caller);
  if (person === undefined) throw new Error(`There is no ${caller}.`);
  return person;
}

/** A path of a pattern, with an id that nothing has. */
function pathOf(pattern: string): string {
  return pattern.replaceAll(/:\w+/g, "a".repeat(26));
}

describe.each(callers)("as %s", (caller) => {
  test.each(routes.filter(([key]) => !endsSignIns.has(key) && !streams.has(key)))("%s", async (key, allowed) => {
    const [method = "", pattern = ""] = key.split(" ");
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    const answer = await personOf(caller).ask({ method, path: pathOf(pattern), body });
    const { code, message } = errorOf(answer.json);
    if (typeof allowed === "string") {
      expect(message).not.toMatch(/this takes an/);
    } else if (caller === "nobody") {
      expect([answer.status, code]).toEqual([401, "unauthenticated"]);
    } else if (allowed.includes(caller)) {
      // It got through to what the route does with such an empty request.
      expect(message).not.toMatch(/this takes an/);
      expect(code).not.toBe("unauthenticated");
    } else {
      expect([answer.status, code]).toEqual([403, "forbidden"]);
      expect(message).toMatch(new RegExp(`You are an ${caller} here; this takes an`));
    }
  });

  test.each(["WS /api/signaling/viewer"])("%s", async (key) => {
    const allowed = access[key] as Access;
    const cookie = [...personOf(caller).cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { host: installation.host, origin: installation.server.dashboardOrigin, cookie };
    const opening = SocketInbox.open(installation.port, socketPaths.viewer, headers);
    if (caller === "nobody") await expect(opening).rejects.toMatchObject({ status: 401 });
    else if (allowed.includes(caller)) (await opening).socket.close();
    else await expect(opening).rejects.toMatchObject({ status: 403 });
  });
});

function errorOf(json: unknown): { code: string; message: string } {
  const error = typeof json === "object" && json !== null ? Reflect.get(json, "error") : undefined;
  return typeof error === "object" && error !== null ? error : { code: "", message: "" };
}

test("a foreign page has no role, whatever cookie its request carries", async () => {
  for (const [key, allowed] of routes) {
    if (typeof allowed === "string") continue;
    const [method = "", pattern = ""] = key.split(" ");
    const headers = { "sec-fetch-site": "same-site" };
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    const answer = await personOf("owner").ask({ method, path: pathOf(pattern), headers, body });
    expect([key, answer.status]).toEqual([key, 403]);
  }
});

test("a route that the table does not have cannot be added", async () => {
  const log = (await import("../src/log/index.ts")).createLogger("silent");
  const rates = { takeHere: async () => undefined, take: async () => undefined };
  const api = await createApi({
    ...{ dashboardOrigin: new URL("http://culvert.localhost"), trustProxy: false, requestsPerMinute: 1_000, log },
    rates: rates as never,
    metrics: { requestAnswered: () => undefined } as never,
  });
  guardRoutes(api, { accounts: {} as never, onRefused: async () => undefined });
  expect(() => api.get("/api/forgotten", async () => "secret")).toThrow(/"GET \/api\/forgotten" has no entry/);
  await api.close();
});

test("every socket path has an entry", () => {
  for (const path of Object.values(socketPaths)) expect(Object.keys(access)).toContain(`WS ${path}`);
});

test("every route in the source has an entry", () => {
  const root = fileURLToPath(new URL("../src/", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith("-routes.ts"));
  const found = files.flatMap((path) =>
    [...readFileSync(root + path, "utf8").matchAll(/\.(get|post|patch|delete|put)\(\s*["`](\/[^"`$]*)["`]/g)].map(
      ([, method = "", pattern = ""]) => `${method.toUpperCase()} ${pattern}`,
    ),
  );
  expect(found.length).toBeGreaterThan(30);
  expect(found.filter((key) => access[key] === undefined)).toEqual([]);
});
