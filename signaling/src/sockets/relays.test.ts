/** Relays against peers that do not read, time that runs out, and agents that are full. */
import type { RelayPolicy, ServerId, SessionId } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import type { Attachment } from "../servers/index.ts";
import { IceServers } from "../turn/index.ts";
import { Relays, type RelaysOptions, type ViewerLink } from "./relays.ts";

const turn = { urls: ["turn:turn.example"], secret: "a secret of the two" };

function scene(more: Partial<RelaysOptions> = {}) {
  const state = { nowMs: 0, agentReads: true, viewerReads: true };
  const log: string[] = [];
  const attachment: Attachment = {
    serverId: "server" as ServerId,
    accountId: "owner",
    generation: 1,
    link: {
      tell: (message) => log.push(`agent: ${message.type} ${"code" in message ? message.code : ""}`.trim()),
      sendBytes: (bytes) => {
        if (state.agentReads) log.push(`agent: ${bytes.length} bytes`);
        return state.agentReads;
      },
      fail: () => undefined,
    },
  };
  const viewer: ViewerLink = {
    tell: (message) => log.push(`viewer: ${message.type}`),
    sendBytes: (bytes) => {
      if (state.viewerReads) log.push(`viewer: ${bytes.length} bytes`);
      return state.viewerReads;
    },
    leave: (code) => log.push(`viewer: left ${code}`),
    fail: (code) => log.push(`viewer: failed ${code}`),
  };
  const iceServers = new IceServers({ stunUrls: [], turn, nowMs: () => state.nowMs });
  const relays = new Relays({ iceServers, relayBudgetBytes: 300_000, nowMs: () => state.nowMs, ...more });
  const join = (sessionId = "session", relayPolicy: RelayPolicy = "handshake-only") =>
    relays.join({
      viewer,
      attachment,
      sessionId: sessionId as SessionId,
      serviceName: "demo",
      relayPolicy,
      sessionEndsAt: 60_000,
    });
  return { state, log, relays, attachment, join };
}

const envelope = (relayId: number, payloadBytes = 1) => {
  const bytes = new Uint8Array(5 + payloadBytes);
  bytes[0] = 1;
  new DataView(bytes.buffer).setUint32(1, relayId);
  return bytes;
};

test("a viewer that does not read loses its relay, not the agent's socket", () => {
  const { state, log, relays, attachment, join } = scene();
  const relay = join();
  state.viewerReads = false;
  expect(relays.fromAgent(attachment, envelope(relay?.relayId ?? 0))).toBe(true);
  expect(log).toEqual(["agent: viewer-joined", "agent: viewer-left limit-reached", "viewer: left limit-reached"]);
});

test("an agent that does not read costs the viewer its relay", () => {
  const { state, log, relays, join } = scene();
  const relay = join();
  state.agentReads = false;
  if (relay !== undefined) relays.fromViewer(relay, envelope(relay.relayId));
  expect(log.slice(1)).toEqual(["agent: viewer-left limit-reached", "viewer: left limit-reached"]);
});

/** 8 bytes, big endian: what the sender of this envelope is ready to take. */
const credit = (relayId: number, limitBytes: number) => {
  const bytes = envelope(relayId, 8);
  bytes[0] = 2;
  new DataView(bytes.buffer).setBigUint64(5, BigInt(limitBytes));
  return bytes;
};

test("an agent beyond its viewer's credit loses that relay, told to both, and no other", () => {
  const { log, relays, attachment, join } = scene();
  const relayId = join()?.relayId ?? 0;
  const other = join("other")?.relayId ?? 0;
  for (let count = 0; count < 3; count += 1) relays.fromAgent(attachment, envelope(relayId, 32_768));
  relays.fromAgent(attachment, envelope(other));
  expect(log.slice(2)).toEqual([
    "viewer: 32773 bytes",
    "viewer: 32773 bytes",
    "agent: viewer-left protocol-error",
    "viewer: left protocol-error",
    "viewer: 6 bytes",
  ]);
});

test("a viewer beyond its agent's credit is told so and loses its relay", () => {
  const { log, relays, join } = scene();
  const relay = join();
  if (relay === undefined) throw new Error("not joined");
  for (let count = 0; count < 3; count += 1) relays.fromViewer(relay, envelope(relay.relayId, 32_768));
  expect(log.slice(3)).toEqual(["viewer: failed protocol-error", "agent: viewer-left protocol-error"]);
});

test("credit opens the way as far as it was granted, and counts sealed bytes alone", () => {
  const { log, relays, attachment, join } = scene();
  const relay = join();
  if (relay === undefined) throw new Error("not joined");
  const { relayId } = relay;
  relays.fromViewer(relay, credit(relayId, 65_537));
  relays.fromViewer(relay, credit(relayId, 1));
  for (let count = 0; count < 2; count += 1) relays.fromAgent(attachment, envelope(relayId, 32_768));
  relays.fromAgent(attachment, envelope(relayId, 1));
  expect(log.at(-1)).toBe("viewer: 6 bytes");
  relays.fromAgent(attachment, envelope(relayId, 1));
  expect(log.at(-1)).toBe("viewer: left protocol-error");
});

test("credit of more than 256 KiB ahead of what has passed costs the relay", () => {
  const { log, relays, join } = scene();
  const relay = join();
  if (relay === undefined) throw new Error("not joined");
  relays.fromViewer(relay, credit(relay.relayId, 262_144));
  expect(log.at(-1)).toBe("agent: 13 bytes");
  relays.fromViewer(relay, credit(relay.relayId, 262_145));
  expect(log.slice(2)).toEqual(["viewer: failed protocol-error", "agent: viewer-left protocol-error"]);
});

test.each(["full", "fallback"] as const)("a relay that may carry app bytes (%s) has a budget of its own", (policy) => {
  const { log, relays, attachment, join } = scene();
  const { relayId } = join("session", policy) ?? { relayId: 0 };
  const relay = join("session", policy);
  if (relay === undefined) throw new Error("not joined");
  expect(relay.relayId).not.toBe(relayId);
  relays.fromViewer(relay, credit(relay.relayId, 262_144));
  for (let count = 0; count < 8; count += 1) relays.fromAgent(attachment, envelope(relay.relayId, 32_768));
  expect(log.at(-1)).toBe("viewer: 32773 bytes");
  relays.fromViewer(relay, credit(relay.relayId, 524_288));
  for (let count = 0; count < 2; count += 1) relays.fromAgent(attachment, envelope(relay.relayId, 32_768));
  expect(log.slice(-2)).toEqual(["agent: viewer-left budget-exhausted", "viewer: left budget-exhausted"]);
});

test("a relay ends with its session's time", () => {
  const { state, log, relays, join } = scene();
  join();
  state.nowMs = 59_999;
  relays.endExpired();
  expect(log).toHaveLength(1);
  state.nowMs = 60_000;
  relays.endExpired();
  expect(log.slice(1)).toEqual(["agent: viewer-left expired", "viewer: left expired"]);
});

test("bytes for a relay just gone are dropped, bytes that are no envelope are a fault", () => {
  const { log, relays, attachment, join } = scene();
  const relay = join();
  if (relay !== undefined) relays.viewerLeft(relay, "closed");
  expect(relays.fromAgent(attachment, envelope(relay?.relayId ?? 0))).toBe(true);
  expect(relays.fromAgent(attachment, Uint8Array.of(9))).toBe(false);
  expect(log).toEqual(["agent: viewer-joined", "agent: viewer-left closed"]);
});

test("an agent cannot write to another agent's viewer", () => {
  const { log, relays, attachment, join } = scene();
  const relay = join();
  const other = { ...attachment, serverId: "other" as ServerId };
  relays.fromAgent(other, envelope(relay?.relayId ?? 0));
  relays.dismissed(other, relay?.relayId ?? 0, "policy");
  expect(log).toEqual(["agent: viewer-joined"]);
});

test("an agent takes 256 viewers", () => {
  const { join } = scene();
  const joined = Array.from({ length: 257 }, (_, index) => join(`session ${index}`));
  expect(joined.filter((relay) => relay === undefined)).toHaveLength(1);
  expect(new Set(joined.map((relay) => relay?.relayId)).size).toBe(257);
});

test("both sides of a relay get new TURN credentials before theirs lapse", () => {
  const { state, log, relays, join } = scene();
  join();
  state.nowMs = 299_999;
  relays.renewIceServers();
  expect(log).toEqual(["agent: viewer-joined"]);
  state.nowMs = 300_000;
  relays.renewIceServers();
  relays.renewIceServers();
  expect(log).toEqual(["agent: viewer-joined", "viewer: ice-servers", "agent: ice-servers"]);
});

test("an account whose day of relayed bytes is used up is carried nothing more", () => {
  const { log, attachment, join, relays } = scene({ mayRelay: (_account, bytes) => bytes < 10 });
  const relay = join();
  relays.fromAgent(attachment, envelope(relay?.relayId ?? 0));
  relays.fromAgent(attachment, envelope(relay?.relayId ?? 0, 20));
  expect(log).toEqual([
    "agent: viewer-joined",
    "viewer: 6 bytes",
    "agent: viewer-left budget-exhausted",
    "viewer: left budget-exhausted",
  ]);
});
