/** Signing out: nothing that the sign-in had opened stays open. */
import { sessionListSchema } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EventReader } from "./event-reader.ts";
import { Installation } from "./installation.ts";
import { SimulatedMachine } from "./simulated-machine.ts";
import type { SocketInbox } from "./socket-inbox.ts";
import { dialViewer, joinSession, openSession } from "./viewer.ts";

let installation: Installation;
let machine: SimulatedMachine;
let agent: SocketInbox;

beforeEach(async () => {
  installation = await Installation.start();
  await installation.signIn();
  machine = new SimulatedMachine(installation);
  await machine.enrol();
  agent = await machine.connect();
});
afterEach(() => installation.end());

const signOut = () => installation.asDashboard({ method: "POST", path: "/api/auth/sign-out", body: {} });

test("ends its relays, and the agent is told to end the tunnels", async () => {
  const session = await openSession(installation, machine.serverId);
  const { inbox: viewer, relayId } = await joinSession(installation, session);
  await agent.nextMessage("viewer-joined");
  expect((await signOut()).status).toBe(200);
  expect(await viewer.nextMessage("error")).toMatchObject({ code: "unauthenticated" });
  expect(await viewer.closed()).toMatchObject({ closeCode: 1008 });
  expect(await agent.nextMessage("viewer-left")).toMatchObject({ relayId, code: "unauthenticated" });
  expect(await agent.nextMessage("session-revoked")).toMatchObject({ sessionId: session.sessionId });
});

test("closes a socket that has not joined yet", async () => {
  const viewer = await dialViewer(installation);
  await signOut();
  expect(await viewer.nextMessage("error")).toMatchObject({ code: "unauthenticated" });
  expect(await viewer.closed()).toMatchObject({ closeCode: 1008 });
});

test("ends the live list at once", async () => {
  const reader = new EventReader(installation);
  await reader.next();
  await signOut();
  await reader.ended;
});

test("leaves alone what another sign-in of the same account has open", async () => {
  const kept = await openSession(installation, machine.serverId);
  const { inbox: viewer } = await joinSession(installation, kept);
  await agent.nextMessage("viewer-joined");
  await installation.signIn();
  const other = await openSession(installation, machine.serverId);
  await signOut();
  expect(await agent.nextMessage("session-revoked")).toMatchObject({ sessionId: other.sessionId });
  expect(viewer.socket.readyState).toBe(viewer.socket.OPEN);
  await installation.signIn();
  const answer = await installation.asDashboard({ path: "/api/sessions" });
  const live = sessionListSchema.parse(answer.json).sessions.filter(({ revokedAt }) => revokedAt === null);
  expect(live.map(({ sessionId }) => sessionId)).toEqual([kept.sessionId]);
});
