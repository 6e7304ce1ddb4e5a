/** Further paths of a Node viewer over a long link: they come with a transfer, in either direction, and go after it. */
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import type { PathStatus } from "@culvert/protocol/endpoint";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";
import { type Link, startLink } from "../network/link.ts";

const part = new Uint8Array(64 * 1024);
/** Paths come within seconds; a busy machine may take longer. */
const comeMs = 40_000;
/** They go 15 s after the transfer. */
const goMs = 60_000;
/** All waits of a test, and some. */
const storyMs = 180_000;

let link: Link;
let stage: AgentStage;
let service: ServiceConnection;

const channels = () => service.paths().filter(({ kind }) => kind === "direct");

beforeAll(async () => {
  link = await startLink({ seed: 5, conditions: { delayMs: 25 } });
  stage = await setAgentStage({
    library: "native",
    linkUrl: link.url,
    app: (request, response) => {
      if (request.method === "POST") {
        request.resume();
        return;
      }
      const pump = () => {
        while (!response.destroyed) if (!response.write(part)) return;
      };
      response.on("drain", pump);
      pump();
    },
  });
  service = await connectTunnel({
    createSession: (deviceKey) => stage.createSession(deviceKey),
    headers: stage.ownerHeaders,
    webrtc: "native",
  });
});
afterAll(async () => {
  await service?.close();
  await stage?.close();
  await link?.close();
});
beforeEach(async () => {
  await expect.poll(() => channels().length, { timeout: goMs }).toBe(1);
});

test("a download brings paths that share its bytes while one is kept free, and they go after it", {
  timeout: storyMs,
}, async () => {
  const shares: (readonly PathStatus[])[] = [];
  const forget = service.onEvent((event) => {
    if (event.type === "traffic") shares.push(event.paths.filter(({ kind }) => kind === "direct"));
  });
  const down: string[] = [];
  service.onEvent((event) => {
    if (event.type === "path-down") down.push(`${event.path.kind} ${event.code}`);
  });
  const answer = await service.fetch("/endless");
  const reader = answer.body?.getReader();
  const isShared = () =>
    shares.some(
      (paths) => paths.filter(({ receivedBytesPerSecond = 0 }) => receivedBytesPerSecond > 100_000).length > 1,
    );
  const untilMs = Date.now() + comeMs;
  while (!(channels().length >= 3 && isShared()) && Date.now() < untilMs) await reader?.read();
  forget();
  expect(channels().length).toBeGreaterThanOrEqual(3);
  expect(isShared()).toBe(true);

  await reader?.cancel();
  await expect.poll(() => channels().length, { timeout: goMs }).toBe(1);
  expect(new Set(down)).toEqual(new Set(["direct closed"]));
  expect(service.state).toBe("open");
});

test("an upload brings them too", { timeout: storyMs }, async () => {
  const controller = new AbortController();
  const body = new ReadableStream<Uint8Array>({ pull: (sink) => sink.enqueue(part) });
  const request = { method: "POST", body, duplex: "half", signal: controller.signal } as RequestInit;
  const uploading = service.fetch("/up", request).catch(() => undefined);
  await expect.poll(() => channels().length, { timeout: comeMs }).toBeGreaterThanOrEqual(3);
  controller.abort();
  await uploading;
  await expect.poll(() => channels().length, { timeout: goMs }).toBe(1);
});
