/** The relay as a path of a tunnel, with real sockets: what it may carry, what it costs, and that it comes and goes. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { createWebRtcLibrary, type NodeViewer, nodePrimitives, openNodeViewer } from "@culvert/peer-agent";
import type { EndpointEvent } from "@culvert/protocol/endpoint";
import { type SentRequest, sendRequest } from "@culvert/protocol/http";
import { afterEach, expect, test } from "vitest";
import { type AgentStage, setAgentStage } from "../harness/agent-stage.ts";

const download = randomBytes(20 * 1024 * 1024);
const downloadHash = hash(download);
/** What waits for a viewer that stalls. */
const pendingBytes = 200 * 1024 * 1024;

let stage: AgentStage;
afterEach(() => stage.close());

function app(request: IncomingMessage, answer: ServerResponse): void {
  if (request.url === "/pending") {
    answer.writeHead(200, { "content-length": pendingBytes });
    answer.end(Buffer.alloc(pendingBytes));
    return;
  }
  answer.writeHead(200, { "content-length": download.length });
  answer.end(download);
}

function ask({ tunnel }: NodeViewer, path = "/"): SentRequest {
  return sendRequest(tunnel.openStream("http"), { method: "GET", path, headers: [], hasBody: false });
}

/** The first bytes of a download: it is under way, and most of it waits for its reader. */
async function begun(sent: SentRequest): Promise<Uint8Array> {
  await sent.readHead();
  return (await sent.readBody()) ?? new Uint8Array();
}

async function restOf(sent: SentRequest, first: Uint8Array): Promise<Buffer> {
  const parts = [first];
  for (let bytes = await sent.readBody(); bytes !== null; bytes = await sent.readBody()) parts.push(bytes);
  return Buffer.concat(parts);
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What happens to a tunnel from now on, in a few words. */
function listen({ tunnel }: NodeViewer): string[] {
  const log: string[] = [];
  tunnel.onEvent((event: EndpointEvent) => {
    if (event.type === "path-down") log.push(`${event.path.kind} down: ${event.code}`);
    else if (event.type === "path-up") log.push(`${event.path.kind} up`);
    else if (event.type === "state") log.push(event.state);
  });
  return log;
}

/** Tries until the relay is a path again, as viewers do. */
async function comeBack(viewer: NodeViewer): Promise<void> {
  for (;;) {
    const outcome = await viewer.rejoinRelay().catch((fault: { readonly code: string }) => fault.code);
    if (typeof outcome === "number") return;
    expect(outcome).toBe("network");
    await setTimeout(100);
  }
}

test("a download over the relay waits while signaling restarts, and every byte comes once", async () => {
  stage = await setAgentStage({ library: "native", app, relayPolicy: "full" });
  const viewer = await stage.openViewer("native");
  const log = listen(viewer);
  const sent = ask(viewer);
  const first = await begun(sent);
  await stage.restartSignaling();
  await expect.poll(() => log).toContain("detached");
  const rest = restOf(sent, first);
  await comeBack(viewer);
  expect(hash(await rest)).toBe(downloadHash);
  expect(log).toEqual(["relay down: network", "detached", "attached", "relay up"]);
});

test("a download over a direct path does not notice, and the relay is rebuilt beside it", async () => {
  stage = await setAgentStage({ library: "native", app });
  const viewer = await stage.openViewer("native");
  await viewer.addPath();
  const log = listen(viewer);
  const sent = ask(viewer);
  const first = await begun(sent);
  await stage.restartSignaling();
  await comeBack(viewer);
  expect(hash(await restOf(sent, first))).toBe(downloadHash);
  expect(log).toEqual(["relay down: network", "relay up"]);
});

test("a viewer whose app reads nothing of 200 MiB costs a window, and another's download runs", async () => {
  stage = await setAgentStage({ library: "native", app, relayPolicy: "full" });
  const stalled = await stage.openViewer("native");
  const other = await stage.openViewer("native");
  await ask(stalled, "/pending").readHead();
  const sent = ask(other);
  expect(hash(await restOf(sent, await begun(sent)))).toBe(downloadHash);
  const [relay] = stalled.tunnel.paths();
  expect(relay).toMatchObject({ kind: "relay", state: "active" });
  expect(relay?.receivedBytes).toBeLessThan(1024 * 1024);
});

test("an agent holds to handshake-only whatever signaling tells the viewer", async () => {
  stage = await setAgentStage({ library: "native", app });
  const deviceKey = await nodePrimitives.generateKeyPair();
  const session = await stage.createSession(Buffer.from(deviceKey.publicKey).toString("base64url"));
  expect(session.relayPolicy).toBe("handshake-only");
  const library = await createWebRtcLibrary("native");
  const lied = { ...session, relayPolicy: "full" as const };
  const viewer = await openNodeViewer({ session: lied, deviceKey, library, headers: stage.ownerHeaders });
  const log = listen(viewer);
  const sent = ask(viewer);
  sent.readHead().catch(() => {});
  await expect.poll(() => log).toContain("relay down: protocol-error");
  expect(stage.agent.requests).toBe(0);
  viewer.tunnel.close("closed", "the test is over");
  await library.dispose();
});

test("a relay whose budget is used up goes, and the tunnel waits for another path", async () => {
  stage = await setAgentStage({ library: "native", app, relayPolicy: "full", relayBudgetBytes: 4 * 1024 * 1024 });
  const viewer = await stage.openViewer("native");
  const log = listen(viewer);
  const sent = ask(viewer);
  const rest = begun(sent).then((first) => restOf(sent, first));
  await expect.poll(() => log, { timeout: 20_000 }).toEqual(["relay down: budget-exhausted", "detached"]);
  expect(viewer.tunnel.state).toBe("detached");
  viewer.tunnel.close("closed", "nothing is left to offer a direct path over");
  await expect(rest).rejects.toMatchObject({ code: "closed" });
});
