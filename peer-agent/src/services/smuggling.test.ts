/** A target sees exactly the requests that the agent sent, whatever a viewer writes into one. */
import { createServer, METHODS, type Server } from "node:http";
import { createFakeClock } from "@culvert/protocol/testing";
import { afterEach, describe, expect, test } from "vitest";
import { createTarget } from "../targets/create-target.ts";
import { listen } from "../testing/asking-viewer.ts";
import { type HostileOutcome, type HostileRequest, hostileRequest } from "../testing/attacks/hostile-exchange.ts";
import { smugglingRequests } from "../testing/attacks/smuggling-corpus.ts";
import { startWireTap, type WireTap } from "../testing/attacks/wire-tap.ts";
import { hasNginx, startNginx } from "../testing/nginx.ts";
import { RunningService } from "./running-service.ts";
import { type ServiceOptions, serviceDefinition } from "./service-definitions.ts";

const agentId = "a".repeat(26) as Parameters<typeof serviceDefinition>[0];
const closing: (() => unknown)[] = [];

interface Counting {
  readonly port: number;
  /** Method, path and body of each request. */
  readonly seen: { readonly line: string; readonly body: string }[];
  /** What the server could not read. */
  readonly unreadable: string[];
}

/** A Node server that counts, and answers with the body's length. */
async function countingServer(): Promise<Counting> {
  const seen: { line: string; body: string }[] = [];
  const unreadable: string[] = [];
  const server: Server = createServer(async (request, answer) => {
    const one = { line: `${request.method} ${request.url}`, body: "" };
    seen.push(one);
    try {
      for await (const part of request) one.body += (part as Buffer).toString("latin1");
      answer.end(String(one.body.length));
    } catch {
      answer.destroy();
    }
  });
  server.on("clientError", (error: Error & { code?: string }, socket) => {
    // A connection that ends in the middle of a body is no request that could not be read.
    if (error.code !== "HPE_INVALID_EOF_STATE" && error.code !== "ECONNRESET") unreadable.push(error.code ?? "");
    socket.destroy();
  });
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: await listen(server), seen, unreadable };
}

function serviceOf(target: ServiceOptions["target"]): RunningService {
  const definition = serviceDefinition(agentId, { name: "web", target });
  const made = new RunningService({
    ...{ definition, target: createTarget(definition, { label: "studio" }) },
    ...{ clock: createFakeClock(), onHealth: () => {} },
  });
  closing.push(() => made.stop());
  return made;
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Sends the corpus one by one; gives how each request ended. */
async function sendAll(service: RunningService) {
  const outcomes: { request: HostileRequest; outcome: HostileOutcome }[] = [];
  for (const [index, wish] of smugglingRequests().entries()) {
    // Each has a name of its own, so that none can stand for another.
    const request = { ...wish, path: wish.path.replace(/^\/sent/, `/sent-${index}`) };
    outcomes.push({ request, outcome: await hostileRequest(service, request) });
  }
  return outcomes;
}

/** A tap before a target; closed with the test. */
async function tapped(target: Parameters<typeof startWireTap>[0]): Promise<WireTap> {
  const tap = await startWireTap(target);
  closing.push(() => tap.close());
  return tap;
}

/** Node's parser takes registered methods alone, and ends the connection at another one. */
const isKnown = (line: string) => METHODS.includes(line.split(" ", 1)[0] ?? "");

test("Node sees the requests that were sent, with the bodies that were sent", { timeout: 120_000 }, async () => {
  const node = await countingServer();
  const tap = await tapped({ host: "127.0.0.1", port: node.port });
  const outcomes = await sendAll(serviceOf({ type: "loopback", port: tap.port }));
  expect(outcomes.length).toBeGreaterThan(500);
  const sent = tap.requests();
  expect(node.seen.map(({ line }) => line).toSorted()).toEqual(sent.filter(isKnown).toSorted());
  expect(node.unreadable).toEqual(sent.filter((line) => !isKnown(line)).map(() => "HPE_INVALID_METHOD"));
  expect(node.seen.filter(({ line }) => line.includes("smuggled"))).toEqual([]);
  const answered = outcomes.filter(({ outcome }) => outcome.type === "answered" && outcome.status === 200);
  expect(answered.length).toBeGreaterThan(100);
  for (const { request, outcome } of answered) {
    const bodyBytes = request.method === "HEAD" ? 0 : (request.body?.[0]?.length ?? 0);
    const told = outcome.type === "answered" && outcome.text !== "" ? Number(outcome.text) : 0;
    expect([request, told]).toEqual([request, bodyBytes]);
  }
});

describe.skipIf(!hasNginx())("nginx before a server", () => {
  test("both see the requests that were sent", { timeout: 120_000 }, async () => {
    const node = await countingServer();
    const nginx = await startNginx(node.port);
    closing.push(() => nginx.stop());
    const tap = await tapped({ path: nginx.socketPath });
    const outcomes = await sendAll(serviceOf({ type: "loopback", port: tap.port }));
    const taken = await nginx.stop();
    // nginx knows methods in capitals alone; another one is refused, and has no name in its log.
    const sent = tap.requests().map((line) => (/^[A-Z_-]+ /.test(line) ? line : "- -"));
    expect(taken.toSorted()).toEqual(sent.toSorted());
    expect(node.seen.filter(({ line }) => line.includes("smuggled"))).toEqual([]);
    expect(node.seen.length).toBeLessThanOrEqual(taken.length);
    expect(outcomes.filter(({ outcome }) => outcome.type === "answered").length).toBeGreaterThan(100);
  });
});
