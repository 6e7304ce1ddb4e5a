/** A viewer reaches the target and the paths that are open to it, and nothing else, whatever it sends. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { ServicePolicy } from "@culvert/protocol/signaling";
import { createFakeClock } from "@culvert/protocol/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTarget } from "../targets/create-target.ts";
import { listen } from "../testing/asking-viewer.ts";
import { type Canaries, startCanaries } from "../testing/attacks/canaries.ts";
import { hostileRequest, hostileWebSocket } from "../testing/attacks/hostile-exchange.ts";
import { pathReadings } from "../testing/attacks/path-readings.ts";
import { ssrfRequests, traversalPaths } from "../testing/attacks/ssrf-corpus.ts";
import { RunningService } from "./running-service.ts";
import { serviceDefinition } from "./service-definitions.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];
let server: Server;
let port = 0;
let canaries: Canaries;
const seen: { url: string; host: string | undefined; raw: readonly string[] }[] = [];
const stopping: RunningService[] = [];

function take(request: IncomingMessage): void {
  seen.push({ url: request.url ?? "", host: request.headers.host, raw: request.rawHeaders });
}

beforeAll(async () => {
  server = createServer((request, answer) => {
    take(request);
    const to = request.headers["x-to"];
    if (typeof to === "string") answer.writeHead(302, { location: to, refresh: `0; url=${to}`, link: `<${to}>` });
    answer.end("target");
  });
  server.on("upgrade", (request, socket) => {
    take(request);
    socket.end("HTTP/1.1 400 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  });
  port = await listen(server);
  canaries = await startCanaries(port);
});
afterAll(async () => {
  for (const service of stopping) await service.stop();
  canaries.close();
  server.closeAllConnections();
  server.close();
});

function service(policy: ServicePolicy): RunningService {
  const definition = serviceDefinition(agentId, { name: "web", port, policy });
  const target = createTarget(definition, { label: "studio" });
  const made = new RunningService({ definition, target, clock: createFakeClock(), onHealth: () => {} });
  stopping.push(made);
  return made;
}

test("no host in a path, a header or a method leads anywhere but to the target", async () => {
  const open = service({ allow: {} });
  const corpus = ssrfRequests(canaries.places);
  expect(corpus.length).toBeGreaterThan(500);
  seen.length = 0;
  let reached = 0;
  for (const request of corpus) {
    const before = seen.length;
    const outcomes = [await hostileRequest(open, request), await hostileWebSocket(open, request)];
    for (const [index, outcome] of outcomes.entries()) {
      const one = seen[before + index];
      if (outcome.type === "answered") reached += 1;
      // What arrives is what was sent, under the target's own name.
      if (one !== undefined) expect(one).toMatchObject({ url: request.path, host: `localhost:${port}` });
    }
  }
  expect(canaries.hits).toEqual([]);
  expect(reached).toBe(seen.length);
  expect(reached).toBeGreaterThan(100);
  const names = seen.flatMap(({ raw }) =>
    raw.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase()),
  );
  for (const dropped of ["x-forwarded-host", "forwarded", "x-original-url", "x-rewrite-url", "x-real-ip"]) {
    expect(names).not.toContain(dropped);
  }
}, 120_000);

test.each([
  ["allowed prefixes", { allow: { pathPrefixes: ["/open"] } }],
  ["allowed and denied prefixes", { allow: { pathPrefixes: ["/open"] }, deny: { pathPrefixes: ["/open/closed"] } }],
] as const)("where there are %s, no way of reading a path leaves them", { timeout: 120_000 }, async (_what, policy) => {
  const closed = service(policy as unknown as ServicePolicy);
  const corpus = traversalPaths();
  expect(corpus.length).toBeGreaterThan(400);
  seen.length = 0;
  for (const path of corpus) {
    const outcome = await hostileRequest(closed, { path });
    await hostileWebSocket(closed, { path });
    if (outcome.type === "failed") expect(outcome.code).toBe("policy");
  }
  for (const { url } of seen) {
    for (const { name, served } of pathReadings(url)) {
      expect(`${served} (${url}, ${name})`).toMatch(/^\/open(?![^/ ;.])/);
      if ("deny" in policy) expect(`${served} (${url}, ${name})`).not.toMatch(/^\/open\/closed(?![^/ ])/);
    }
  }
  expect(canaries.hits).toEqual([]);
});

test("a path that is only denied is denied however it is written", { timeout: 120_000 }, async () => {
  const mostlyOpen = service({ allow: {}, deny: { pathPrefixes: ["/closed"] } });
  seen.length = 0;
  for (const path of traversalPaths()) await hostileRequest(mostlyOpen, { path });
  for (const { url } of seen) {
    for (const { name, served } of pathReadings(url)) {
      expect(`${served} (${url}, ${name})`).not.toMatch(/^\/+closed(?![^/ ;])/);
    }
  }
  expect(seen.length).toBeGreaterThan(0);
});
