import { type ReceivedRequest, type ResponseHead, sendRequest } from "@culvert/protocol/http";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import type { ServiceTarget } from "../targets/target.ts";
import { streamPair } from "../testing/stream-pair.ts";
import { RunningService } from "./running-service.ts";
import { serveStream } from "./serve-stream.ts";
import { type ServiceOptions, serviceDefinition } from "./service-definitions.ts";
import { ServicePlaces } from "./service-places.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];

test("streams beyond the limit wait for a place in the order of coming", async () => {
  const clock = createFakeClock();
  const places = new ServicePlaces(clock, 1);
  const began: string[] = [];
  const first = Promise.withResolvers<void>();
  const running = [
    places.run(() => first.promise),
    ...["second", "third"].map((name) => places.run(async () => void began.push(name))),
  ];
  await clock.settle();
  expect(began).toEqual([]);
  first.resolve();
  await Promise.all(running);
  expect(began).toEqual(["second", "third"]);
  expect(clock.pendingTimers()).toBe(0);
  await places.run(async () => void began.push("later"));
  expect(began.at(-1)).toBe("later");
});

test("who waits for ten seconds is told, and takes no place afterwards", async () => {
  const clock = createFakeClock();
  const places = new ServicePlaces(clock, 1);
  const first = Promise.withResolvers<void>();
  const held = places.run(() => first.promise);
  const late = places.run(async () => "late").catch((error: Error) => error);
  await clock.advance(9_999);
  await clock.advance(1);
  expect(await late).toMatchObject({
    code: "limit-reached",
    message: "The service takes 1 streams at once, and all are in use.",
  });
  first.resolve();
  await held;
  expect(await places.run(async () => "free")).toBe("free");
});

/** A service whose target reads a body and answers with its length; `held` answers wait for `release`. */
function service(limits: ServiceOptions["limits"]) {
  const release = Promise.withResolvers<void>();
  const reached: string[] = [];
  const target: ServiceTarget = {
    async exchange(request: ReceivedRequest) {
      reached.push(request.head.path);
      try {
        let bytes = 0;
        for (let part = await request.readBody(); part !== null; part = await request.readBody()) bytes += part.length;
        if (request.head.path === "/held") await release.promise;
        await request.writeHead({ status: 200, statusText: String(bytes), headers: [] });
        await request.endBody();
      } catch (thrown) {
        const { code, message } = thrown as { code: "limit-reached"; message: string };
        await request.fail({ code, message, hint: "" });
      }
    },
    joinWebSocket: async () => {},
    joinStream: async () => {},
    isReachable: async () => true,
    close: async () => {},
  };
  const clock = createFakeClock();
  const definition = serviceDefinition(agentId, { name: "web", target: { type: "loopback", port: 9 }, limits });
  return { running: new RunningService({ definition, target, clock, onHealth: () => {} }), clock, reached, release };
}

function ask(running: RunningService, path: string, body?: string, length?: number): Promise<ResponseHead> {
  const { viewer, agent } = streamPair("http");
  void serveStream(agent, running);
  const headers: [string, string][] = length === undefined ? [] : [["Content-Length", String(length)]];
  const sent = sendRequest(viewer, { method: "POST", path, headers, hasBody: body !== undefined });
  if (body !== undefined) {
    const written = sent.writeBody(new TextEncoder().encode(body)).then(() => sent.endBody());
    written.catch(() => {});
  }
  return sent.readHead();
}

test("a request waits for another one's end, and is refused in words where that does not come", async () => {
  const { running, clock, reached, release } = service({ streams: 1 });
  const held = ask(running, "/held");
  const late = ask(running, "/late").catch((error: Error) => error);
  await clock.advance(10_000);
  expect(await late).toMatchObject({ code: "limit-reached" });
  expect(reached).toEqual(["/held"]);
  release.resolve();
  expect((await held).status).toBe(200);
  expect((await ask(running, "/next")).status).toBe(200);
});

test.each([
  ["fits", "12345", undefined, "5"],
  ["fits, and says so", "12345", 5, "5"],
  ["is larger", "123456", undefined, "limit-reached"],
  ["says that it is larger", "123456", 6, "limit-reached"],
])("a body that %s ends as it should", async (_name, body, length, outcome) => {
  const { running, reached } = service({ bodyBytes: 5 });
  const ended = await ask(running, "/", body, length).then(
    ({ statusText }) => statusText,
    ({ code }: { code: string }) => code,
  );
  expect(ended).toBe(outcome);
  // One that says so does not reach the target at all.
  expect(reached).toEqual(outcome === "limit-reached" && length !== undefined ? [] : ["/"]);
});
