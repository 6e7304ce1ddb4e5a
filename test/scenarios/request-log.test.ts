/** What the owner sees of requests: through the tunnel, masked, and made again on demand. */
import { createDeviceKey, type ServiceConnection } from "@culvert/peer-agent";
import { deskRequestDetailSchema, deskRequestsSchema, replayedRequestSchema } from "@culvert/protocol/signaling";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askDesk, openDesk } from "../harness/agent-desk-client.ts";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";

let stage: AgentStage;
let desk: ServiceConnection;
let app: ServiceConnection;
const asked: string[] = [];

beforeAll(async () => {
  stage = await setAgentStage({
    library: "werift",
    relayPolicy: "full",
    app: async (incoming, answer) => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part);
      asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.authorization ?? "-"} ${Buffer.concat(parts)}`);
      answer.setHeader("set-cookie", "sid=canary-cookie; HttpOnly");
      answer.setHeader("content-type", "application/json");
      answer.end('{"ok":true,"token":"canary-answer"}');
    },
  });
  const deviceKey = await createDeviceKey();
  desk = await openDesk(stage, deviceKey);
  const { connectTunnel } = await import("@culvert/peer-agent");
  app = await connectTunnel({
    createSession: (key) => stage.createSession(key),
    ...{ deviceKey, headers: stage.ownerHeaders, webrtc: "werift" as const },
  });
});

afterAll(async () => {
  for (const connection of [desk, app]) await connection?.close();
  await stage?.close();
});

/** The list once a request of this path is over. */
async function whenOver(path: string) {
  let after = 0;
  for (;;) {
    const { json } = await askDesk(desk, "GET", `/requests?after=${after}&wait=10000`);
    const { requests, revision } = deskRequestsSchema.parse(json);
    const found = requests.find((request) => request.path === path && request.totalMs !== null);
    if (found !== undefined) return found;
    after = revision;
  }
}

test("requests appear as they happen, with masks for secrets, and without bodies until somebody asks", async () => {
  const answer = await app.fetch("/notes?token=canary-query", { headers: { authorization: "Bearer canary-header" } });
  await answer.text();
  const seen = await whenOver("/notes?token=‹masked›");
  expect(seen).toMatchObject({ method: "GET", serviceName: "app", status: 200, code: null, answerBytes: 35 });
  const { json } = await askDesk(desk, "GET", `/requests/${seen.id}`);
  const detail = deskRequestDetailSchema.parse(json);
  expect(detail).toMatchObject({ answerBody: null });
  expect(detail.requestHeaders).toContainEqual(["authorization", "‹masked›"]);
  expect(JSON.stringify(json)).not.toContain("canary");
});

test("a refused request stands there with its reason", async () => {
  await expect(app.fetch("/a/..%2fb")).rejects.toMatchObject({ code: "policy" });
  expect(await whenOver("/a/..%2fb")).toMatchObject({
    ...{ status: null, code: "policy", message: "The request is refused: the path climbs with escaped dot segments." },
  });
});

test("a request is made again as it was, secrets and body included, and passes the policy again", async () => {
  const before = asked.length;
  await askDesk(desk, "POST", "/requests/bodies", { forMs: 60_000 });
  const headers = { authorization: "Bearer canary-header", "content-type": "application/json" };
  const first = await app.fetch("/orders", { method: "POST", body: '{"pin":"canary-body","n":1}', headers });
  await first.text();
  const seen = await whenOver("/orders");
  const shown = deskRequestDetailSchema.parse((await askDesk(desk, "GET", `/requests/${seen.id}`)).json);
  expect(shown.requestBody).toMatchObject({ text: '{"pin":"‹masked›","n":1}' });
  expect(shown.answerBody).toMatchObject({ text: '{"ok":true,"token":"‹masked›"}' });
  const { json } = await askDesk(desk, "POST", `/requests/${seen.id}/replay`);
  const { id } = replayedRequestSchema.parse(json);
  const again = deskRequestDetailSchema.parse((await askDesk(desk, "GET", `/requests/${id}`)).json);
  expect(again).toMatchObject({ replayOf: seen.id, status: 200, path: "/orders", totalMs: expect.any(Number) });
  const made = 'POST /orders Bearer canary-header {"pin":"canary-body","n":1}';
  expect(asked.slice(before)).toEqual([made, made]);
});

test("a request whose body was not kept is not made again", async () => {
  await askDesk(desk, "POST", "/requests/bodies", { forMs: 0 });
  const before = asked.length;
  await (await app.fetch("/unkept", { method: "POST", body: "x" })).text();
  const seen = await whenOver("/unkept");
  expect(await askDesk(desk, "POST", `/requests/${seen.id}/replay`)).toMatchObject({
    status: 400,
    json: { error: { code: "invalid-request", message: "The body of this request was not kept." } },
  });
  expect(asked.length).toBe(before + 1);
});

test.each([
  ["GET", "/requests/99999", "not-found"],
  ["GET", "/requests/x", "not-found"],
  ["GET", "/requests?after=-1", "invalid-request"],
  ["DELETE", "/requests/1", "not-found"],
  ["POST", "/requests/bodies", "invalid-request"],
])("%s %s is answered with %s", async (method, path, code) => {
  expect((await askDesk(desk, method, path)).json).toMatchObject({ error: { code } });
});
