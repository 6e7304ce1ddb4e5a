import { openWebSocket, type ReceivedRequest, type RequestHead, sendRequest } from "@culvert/protocol/http";
import type { ServicePolicy } from "@culvert/protocol/signaling";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import type { ServiceTarget } from "../targets/target.ts";
import { streamPair } from "../testing/stream-pair.ts";
import { RunningService } from "./running-service.ts";
import { serveStream } from "./serve-stream.ts";
import { serviceDefinition } from "./service-definitions.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];
const policy: ServicePolicy = {
  allow: { methods: ["GET"], pathPrefixes: ["/open"] },
  deny: { headers: ["x-debug"] },
};

/** A service whose target answers 200 and keeps what it was asked. */
function service(exchange?: ServiceTarget["exchange"]) {
  const asked: RequestHead[] = [];
  let probes = 0;
  const target: ServiceTarget = {
    exchange:
      exchange ??
      (async (request: ReceivedRequest) => {
        asked.push(request.head);
        await request.writeHead({ status: 200, statusText: "OK", headers: [] });
        await request.endBody();
      }),
    joinWebSocket: async (request) => {
      request.accept({ protocol: "", headers: [] });
    },
    joinStream: async () => {},
    isReachable: async () => {
      probes += 1;
      return false;
    },
    close: async () => {},
  };
  const running = new RunningService({
    definition: serviceDefinition(agentId, { name: "web", port: 3000, policy }),
    target,
    clock: createFakeClock(),
    onHealth: () => {},
  });
  return { running, asked, probes: () => probes };
}

function ask(running: RunningService, head: Partial<RequestHead>) {
  const { viewer, agent } = streamPair("http");
  const served = serveStream(agent, running);
  return { sent: sendRequest(viewer, { method: "GET", path: "/open", headers: [], hasBody: false, ...head }), served };
}

test("a request within the policy reaches the target without denied headers", async () => {
  const { running, asked } = service();
  const headers: [string, string][] = [
    ["Accept", "*/*"],
    ["X-Debug", "1"],
  ];
  expect((await ask(running, { headers }).sent.readHead()).status).toBe(200);
  expect(asked).toEqual([{ method: "GET", path: "/open", headers: [["Accept", "*/*"]], hasBody: false }]);
  expect(running.requests).toBe(1);
});

test.each([
  [{ method: "POST", hasBody: true }, "This service does not allow the method POST."],
  [{ path: "/closed" }, "This service does not allow that path."],
  [{ path: "/open/%2e%2e/closed" }, "The request is refused: the path climbs with dot segments."],
  [{ method: "CONNECT" }, "The method CONNECT is not forwarded."],
])("%j is refused in words and reaches nobody", async (head, message) => {
  const { running, asked } = service();
  const { sent, served } = ask(running, head);
  await expect(sent.readHead()).rejects.toMatchObject({ code: "policy", message });
  await served;
  expect(asked).toEqual([]);
});

test("a WebSocket is held to the same paths", async () => {
  const { running } = service();
  const open = (path: string) => {
    const { viewer, agent } = streamPair("websocket");
    void serveStream(agent, running);
    return openWebSocket(viewer, { path, headers: [], protocols: [] });
  };
  await expect(open("/closed")).rejects.toMatchObject({ code: "policy" });
  expect(await open("/open")).toMatchObject({ type: "accepted" });
});

test("what is no request resets the stream", async () => {
  const { running } = service();
  const { viewer, agent } = streamPair("http");
  const served = serveStream(agent, running);
  await viewer.write(new Uint8Array([0x11, 0x01, 0x41]));
  await served;
  await expect(viewer.read()).rejects.toMatchObject({ code: "protocol-error" });
});

test("a raw TCP stream is not supported", async () => {
  const { running } = service();
  const { viewer, agent } = streamPair("tcp");
  await serveStream(agent, running);
  await expect(viewer.read()).rejects.toMatchObject({ code: "unsupported" });
});

test("a failure that says nobody is there probes the target at once", async () => {
  const { running, probes } = service((request) =>
    request.fail({ code: "target-unreachable", message: "nobody", hint: "" }),
  );
  await expect(ask(running, {}).sent.readHead()).rejects.toMatchObject({ code: "target-unreachable" });
  expect(probes()).toBe(1);
});
