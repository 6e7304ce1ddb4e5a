/** Which streams a service takes, and how long a viewer may take over them. */
import type { ByteStream } from "@culvert/protocol/endpoint";
import { type ReceivedRequest, type ResponseHead, sendRequest } from "@culvert/protocol/http";
import type { ShareScope } from "@culvert/protocol/signaling";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import type { ServiceTarget } from "../targets/target.ts";
import { streamPair } from "../testing/stream-pair.ts";
import { RunningService } from "./running-service.ts";
import { serveStream } from "./serve-stream.ts";
import { type ServiceOptions, serviceDefinition } from "./service-definitions.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];
const openScope: ShareScope = { serviceName: "web", readOnly: false };

function service(options: Partial<ServiceOptions> = {}) {
  const clock = createFakeClock();
  const joined: ByteStream["kind"][] = [];
  const headers: string[] = [];
  const target: ServiceTarget = {
    async exchange(request: ReceivedRequest) {
      headers.push(...request.head.headers.map(([name]) => name));
      try {
        while ((await request.readBody()) !== null);
        await request.writeHead({ status: 200, statusText: "", headers: [] });
        await request.endBody();
      } catch {
        await request.fail({ code: "timeout", message: "the body stood still", hint: "" });
      }
    },
    joinWebSocket: async (request) => {
      joined.push("websocket");
      request.accept({ protocol: "", headers: [] });
    },
    joinStream: async (stream) => {
      joined.push("tcp");
      stream.end();
    },
    isReachable: async () => true,
    close: async () => {},
  };
  const definition = serviceDefinition(agentId, { name: "web", target: { type: "loopback", port: 9 }, ...options });
  return { running: new RunningService({ definition, target, clock, onHealth: () => {} }), clock, joined, headers };
}

async function codeOf(viewer: ByteStream): Promise<string> {
  return viewer.read().then(
    () => "taken",
    (error: { code: string }) => error.code,
  );
}

test.each([
  ["tcp", { mode: "tcp" }, "taken"],
  ["http", { mode: "tcp" }, "unsupported"],
  ["websocket", { mode: "tcp" }, "unsupported"],
  ["tcp", { mode: "http" }, "unsupported"],
  ["websocket", { supportedProtocols: ["http", "sse"] }, "unsupported"],
] as const)("a %s stream of a service %j is %s", async (kind, options, outcome) => {
  const { running } = service(options);
  const { viewer, agent } = streamPair(kind);
  void serveStream(agent, running);
  expect(await codeOf(viewer)).toBe(outcome);
});

test.each([
  [{}, "taken"],
  [{ readOnly: true }, "policy"],
  [{ methods: ["GET"] }, "policy"],
  [{ pathPrefixes: ["/docs"] }, "policy"],
])("a share with %j on raw bytes: %s", async (scope, outcome) => {
  const { running } = service({ mode: "tcp" });
  const { viewer, agent } = streamPair("tcp");
  void serveStream(agent, running, { scope: { ...openScope, ...scope } });
  expect(await codeOf(viewer)).toBe(outcome);
});

test("no header names another method than a share lets through", async () => {
  const asked = async (scope: Partial<ShareScope>) => {
    const { running, headers } = service();
    const { viewer, agent } = streamPair("http");
    void serveStream(agent, running, { scope: { ...openScope, ...scope } });
    const sent: [string, string][] = [["X-HTTP-Method-Override", "DELETE"]];
    await sendRequest(viewer, { method: "GET", path: "/", headers: sent, hasBody: false }).readHead();
    return headers;
  };
  expect(await asked({})).toEqual(["X-HTTP-Method-Override"]);
  expect(await asked({ readOnly: true })).toEqual([]);
  expect(await asked({ methods: ["GET"] })).toEqual([]);
});

test("what is published is what is supported", () => {
  const published = (options: Partial<ServiceOptions>) => service(options).running.published().supportedProtocols;
  expect(published({})).toEqual(["http", "sse", "websocket"]);
  expect(published({ mode: "tcp" })).toEqual(["tcp"]);
  expect(published({ supportedProtocols: ["http"] })).toEqual(["http"]);
});

test("a stream without a head is reset after two and a half minutes", async () => {
  const { running, clock } = service();
  const { viewer, agent } = streamPair("http");
  void serveStream(agent, running);
  const outcome = codeOf(viewer);
  await clock.advance(149_000);
  expect(clock.pendingTimers()).toBe(1);
  await clock.advance(1_000);
  expect(await outcome).toBe("timeout");
});

test("a body that stands still for five minutes fails, one that moves does not", async () => {
  const { running, clock } = service();
  const { viewer, agent } = streamPair("http");
  const served = serveStream(agent, running);
  const sent = sendRequest(viewer, { method: "POST", path: "/", headers: [], hasBody: true });
  for (let count = 0; count < 3; count += 1) {
    await sent.writeBody(new Uint8Array(1));
    await clock.advance(299_000);
  }
  const answer = sent.readHead();
  answer.catch(() => {});
  await clock.advance(1_000);
  await expect(answer).rejects.toMatchObject({ code: "timeout" });
  await served;
  expect(clock.pendingTimers()).toBe(0);
});

test("a viewer that waits for leave to send its body gets it once the policy has nothing against it", async () => {
  const ask = async (method: string) => {
    const { running } = service({ policy: { allow: { methods: ["POST"] } } });
    const { viewer, agent } = streamPair("http");
    void serveStream(agent, running);
    const sent = sendRequest(viewer, { method, path: "/", headers: [["Expect", "100-Continue"]], hasBody: true });
    const interim = Promise.withResolvers<ResponseHead>();
    const head = sent.readHead((one) => interim.resolve(one));
    head.catch(interim.reject);
    const { status } = await interim.promise;
    await sent.endBody();
    return [status, (await head).status];
  };
  expect(await ask("POST")).toEqual([100, 200]);
  await expect(ask("PUT")).rejects.toMatchObject({ code: "policy" });
});

test("a connection whose stream ended while it waited for its turn is not begun", async () => {
  const { running, joined } = service({ mode: "tcp" });
  const { viewer, agent } = streamPair("tcp");
  const turn = Promise.withResolvers<void>();
  const served = serveStream(agent, running, { turns: { take: () => turn.promise } });
  viewer.reset("canceled");
  await new Promise((resolve) => setImmediate(resolve));
  turn.resolve();
  await served;
  expect([joined, running.requests]).toEqual([[], 0]);
});
