/** Relays against peers that do not read, time that runs out, and agents that are full. */
import type { ServerId, SessionId } from "@culvert/protocol/signaling";
import { expect, test } from "vitest";
import type { Attachment } from "../servers/index.ts";
import { Relays, type ViewerLink } from "./relays.ts";

function scene() {
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
    sendBytes: (bytes) => {
      if (state.viewerReads) log.push(`viewer: ${bytes.length} bytes`);
      return state.viewerReads;
    },
    leave: (code) => log.push(`viewer: left ${code}`),
    fail: (code) => log.push(`viewer: failed ${code}`),
  };
  const relays = new Relays([], () => state.nowMs);
  const join = (sessionId = "session") =>
    relays.join({
      viewer,
      attachment,
      sessionId: sessionId as SessionId,
      serviceName: "demo",
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
