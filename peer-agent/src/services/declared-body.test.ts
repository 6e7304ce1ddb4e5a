import { once } from "node:events";
import { createServer } from "node:http";
import { receiveRequest, sendRequest } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { afterEach, expect, test } from "vitest";
import { createTarget } from "../targets/create-target.ts";
import { listen } from "../testing/asking-viewer.ts";
import { hostileRequest } from "../testing/attacks/hostile-exchange.ts";
import { streamPair } from "../testing/stream-pair.ts";
import { withDeclaredBody } from "./declared-body.ts";
import { RunningService } from "./running-service.ts";
import { serviceDefinition } from "./service-definitions.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];
const heads: string[] = [];
const server = createServer((request, answer) => {
  heads.push(`${request.method} ${request.headers["content-length"]}`);
  request.resume();
  answer.end("taken");
});
afterEach(async () => {
  heads.length = 0;
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

async function asked(length: string, ...parts: readonly number[]) {
  const definition = serviceDefinition(agentId, { name: "web", port: await listen(server) });
  const target = createTarget(definition, { label: "studio" });
  const service = new RunningService({ definition, target, clock: createFakeClock(), onHealth: () => {} });
  const body = parts.map((bytes) => new Uint8Array(bytes));
  const headers = [["Content-Length", length]] as const;
  const outcome = await hostileRequest(service, { method: "POST", path: "/", headers, hasBody: true, body });
  await service.stop();
  return outcome;
}

test.each([
  ["3", [3]],
  ["5", [3, 2]],
  ["0", []],
])("a body of length %s in parts of %j reaches the target", async (length, parts) => {
  expect(await asked(length, ...parts)).toMatchObject({ type: "answered", status: 200 });
  expect(heads).toEqual([`POST ${length}`]);
});

test.each([
  ["3", []],
  ["0", [3]],
  ["2", [3]],
])("a body that says %s and has %j is refused, and the target hears nothing", async (length, parts) => {
  expect(await asked(length, ...parts)).toMatchObject({ type: "failed", code: "invalid-request" });
  expect(heads).toEqual([]);
});

test("the HTTP client is told that an empty body is wrong, and not that it is over", async () => {
  const { viewer, agent } = streamPair("http");
  sendRequest(viewer, { method: "POST", path: "/", headers: [["Content-Length", "3"]], hasBody: true }).endBody();
  const request = withDeclaredBody(await receiveRequest(agent));
  await expect(request.readBody()).rejects.toMatchObject({ code: "invalid-request" });
});

test("a body that breaks off is refused, and the target does not take it for a whole one", async () => {
  expect(await asked("5", 3)).toMatchObject({ type: "failed", code: "invalid-request" });
});
