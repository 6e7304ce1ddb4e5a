/** A viewer whose socket nobody reads, with 200 MiB waiting for it, beside one that reads, on the same agent socket. */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { Installation } from "./installation.ts";
import { demoPresence, SimulatedMachine } from "./simulated-machine.ts";
import type { SocketInbox } from "./socket-inbox.ts";
import { creditEnvelope, dataEnvelope, joinSession, openSession } from "./viewer.ts";

const MiB = 1024 ** 2;
const message = new Uint8Array(32_768);
const pendingMessages = (200 * MiB) / message.length;

let installation: Installation;
let machine: SimulatedMachine;
let agent: SocketInbox;
/** The server's own sides of all sockets. */
let serverSockets: WebSocket[];

beforeEach(async () => {
  serverSockets = [];
  const { handleUpgrade } = WebSocketServer.prototype;
  vi.spyOn(WebSocketServer.prototype, "handleUpgrade").mockImplementation(function (
    this: WebSocketServer,
    request,
    stream,
    head,
    adopt,
  ) {
    handleUpgrade.call(this, request, stream, head, (socket, upgraded) => {
      serverSockets.push(socket);
      adopt(socket, upgraded);
    });
  });
  installation = await Installation.start();
  await installation.signIn();
  machine = new SimulatedMachine(installation);
  await machine.enrol();
  const services = demoPresence.services.map((service) => ({ ...service, relayPolicy: "full" as const }));
  agent = await machine.connect({ ...demoPresence, services });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await installation.end();
});

async function join() {
  const { inbox, relayId } = await joinSession(installation, await openSession(installation, machine.serverId));
  expect(await agent.nextMessage("viewer-joined")).toMatchObject({ relayId, relayPolicy: "full" });
  return { viewer: inbox, relayId };
}

/** Sends 8 MiB to a viewer that reads and grants as it does; the agent waits for the credit. */
async function readAll({ viewer, relayId }: Awaited<ReturnType<typeof join>>): Promise<void> {
  const messages = (8 * MiB) / message.length;
  for (let count = 1; count <= messages; count += 1) {
    agent.sendBytes(dataEnvelope(relayId, message));
    expect(await viewer.nextBytes()).toHaveLength(message.length + 5);
    viewer.sendBytes(creditEnvelope(relayId, count * message.length + 65_536));
    await agent.nextBytes();
  }
}

/** Bytes that the server holds for readers that do not read. */
const heldBytes = () => serverSockets.reduce((sum, socket) => sum + socket.bufferedAmount, 0);

test("an agent that keeps to the credit holds the rest back itself, and nobody waits", async () => {
  const stalled = await join();
  const other = await join();
  stalled.viewer.sendBytes(creditEnvelope(stalled.relayId, 262_144));
  await agent.nextBytes();
  stalled.viewer.socket.pause();
  for (let sent = 0; sent < 262_144; sent += message.length) {
    agent.sendBytes(dataEnvelope(stalled.relayId, message));
  }
  await readAll(other);
  expect(heldBytes()).toBeLessThan(MiB);
  expect(stalled.viewer.socket.readyState).toBe(1);
});

test("an agent that pushes 200 MiB at it loses that relay at the credit, the other viewer nothing", async () => {
  const stalled = await join();
  const other = await join();
  stalled.viewer.socket.pause();
  const envelope = dataEnvelope(stalled.relayId, message);
  let peakBytes = 0;
  for (let count = 0; count < pendingMessages; count += 1) {
    agent.sendBytes(envelope);
    // What this test's own side of the agent's socket holds must not be taken for the server's.
    while (agent.socket.bufferedAmount > MiB) await setImmediate();
    peakBytes = Math.max(peakBytes, heldBytes());
  }
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ relayId: stalled.relayId, code: "protocol-error" });
  await readAll(other);
  expect(peakBytes).toBeLessThan(MiB);
  stalled.viewer.socket.resume();
  const got = [await stalled.viewer.nextBytes(), await stalled.viewer.nextBytes()];
  expect(got.map(({ length }) => length)).toEqual([32_773, 32_773]);
  expect(await stalled.viewer.nextMessage("peer-left")).toMatchObject({ code: "protocol-error" });
});
