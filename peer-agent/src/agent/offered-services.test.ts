import { sendRequest } from "@culvert/protocol/http";
import { type ServerId, serviceIdOf } from "@culvert/protocol/signaling";
import { createFakeClock } from "@culvert/protocol/testing";
import { expect, test } from "vitest";
import { nodePrimitives } from "../sealing/node-primitives.ts";
import type { ServiceHandler } from "../targets/handler-target.ts";
import { streamPair } from "../testing/stream-pair.ts";
import { OfferedServices } from "./offered-services.ts";

const serverId = "a".repeat(26) as ServerId;
const idOf = (name: string) => serviceIdOf(serverId, name, nodePrimitives.sha256);
const handler = (fetch: ServiceHandler["fetch"]) => ({ type: "handler" as const, ...(fetch && { fetch }) });
const saying = (words: string) => handler(() => new Response(words));

async function offered(services: ConstructorParameters<typeof OfferedServices>[0]): Promise<OfferedServices> {
  const running = new OfferedServices(services, {
    ...{ serverId, label: "studio", clock: createFakeClock(), onHealth: () => {} },
  });
  await running.start();
  return running;
}

/** Asks a service; the answer's text, or the code of what there was instead. */
function ask(services: OfferedServices, name: string, path = "/"): { answer: Promise<string>; served: Promise<void> } {
  const { viewer, agent } = streamPair("http");
  const served = services.serve(agent, idOf(name), {});
  const sent = sendRequest(viewer, { method: "GET", path, headers: [], hasBody: false });
  const read = async () => {
    const { status } = await sent.readHead();
    let text = `${status} `;
    for (let part = await sent.readBody(); part !== null; part = await sent.readBody()) {
      text += new TextDecoder().decode(part);
    }
    return text;
  };
  return { served, answer: read().catch((error: { code: string }) => error.code) };
}

test("a stream that is under way ends by the service that took it; the next one meets what took its place", async () => {
  const finish = Promise.withResolvers<void>();
  const slow = handler(async () => {
    await finish.promise;
    return new Response("old");
  });
  const services = await offered([{ name: "web", target: slow }]);
  const first = ask(services, "web");
  expect(await services.replace([{ name: "web", target: saying("new") }])).toEqual([]);
  expect(await ask(services, "web").answer).toBe("200 new");
  finish.resolve();
  expect(await first.answer).toBe("200 old");
  await services.stop();
});

test("a policy that changed holds for the next request, and requests of services that are gone still count", async () => {
  const web = { name: "web", target: saying("web") };
  const services = await offered([web]);
  expect(await ask(services, "web", "/no").answer).toBe("200 web");
  await services.replace([{ ...web, policy: { allow: {}, deny: { pathPrefixes: ["/no"] } } }]);
  expect(await ask(services, "web", "/no").answer).toBe("policy");
  expect(services.requests).toBe(2);
  await services.stop();
});

test("what is the same goes on untouched, and the order is that of the new list", async () => {
  const [one, two] = [
    { name: "one", target: saying("1") },
    { name: "two", target: saying("2") },
  ];
  const services = await offered([one, two]);
  const before = services.find(idOf("one"));
  expect(await services.replace([two, one])).toEqual([]);
  expect(services.find(idOf("one"))).toBe(before);
  expect(services.published().map(({ name }) => name)).toEqual(["two", "one"]);
  await services.stop();
});

test("a service that is gone is told by its id, and its streams are refused", async () => {
  const services = await offered([
    { name: "web", target: saying("web") },
    { name: "old", target: saying("old") },
  ]);
  expect(await services.replace([{ name: "web", target: saying("web") }])).toEqual([idOf("old")]);
  expect(await ask(services, "old").answer).toBe("not-found");
  await services.stop();
});

test("services that cannot be change nothing", async () => {
  const services = await offered([{ name: "web", target: saying("web") }]);
  await expect(services.replace([{ name: "No Name", target: saying("x") }])).rejects.toThrow();
  expect(await ask(services, "web").answer).toBe("200 web");
  await services.stop();
});
