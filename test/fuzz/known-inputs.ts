/** Inputs to begin from: the published vectors, and every kind of object and signaling message once. */
import { readFileSync } from "node:fs";
import { encodeObject } from "@culvert/protocol/wire";
import { encodeRecordHeader } from "../../protocol/src/http/record-header.ts";

const vectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../protocol/vectors/${name}.json`, import.meta.url), "utf8"));
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, "utf8"));

interface HexLine {
  readonly hex: string;
}

interface SessionLine {
  readonly plaintext?: string;
  readonly bytes: string;
}

const frames = vectors("frames") as { accepted: HexLine[]; rejected: HexLine[] };
const session = vectors("session") as { messages: SessionLine[] };
const handshakes = vectors("handshakes") as Record<"opening" | "attachment", { first: string; answer: string }>;

/** Messages of frames: vectors, and what a whole session sent. */
export const messages: readonly Uint8Array[] = [
  ...[...frames.accepted, ...frames.rejected].map(({ hex }) => bytesOf(hex)),
  ...session.messages.flatMap(({ plaintext }) => (plaintext ? [bytesOf(plaintext)] : [])),
];

/** First messages and answers of paths, as they stand on the wire. */
export const handshakeMessages: readonly Uint8Array[] = [handshakes.opening, handshakes.attachment].flatMap(
  ({ first, answer }) => [bytesOf(first), bytesOf(answer)],
);

const headers = [
  ["Host", "app"],
  ["Set-Cookie", "a=1"],
  ["set-cookie", "b=2"],
];
const tunnelId = new Uint8Array(16).fill(7);
const head = { status: 200, statusText: "OK", headers };

/** Objects as they stand in heads, payloads and control messages. */
export const objects: readonly Uint8Array[] = [
  { method: "POST", path: "/a?b=c", headers, hasBody: true },
  head,
  { path: "/live", headers, protocols: ["chat"] },
  { type: "accepted", protocol: "chat", headers },
  { type: "refused", head },
  { code: 1000, reason: "done" },
  { code: "target-aborted", message: "cut", hint: "look" },
  { type: "path-offer", pathId: 2, kind: "direct", sdp: "v=0\r\n" },
  { type: "path-answer", pathId: 2, sdp: "v=0\r\n" },
  { type: "path-candidate", pathId: 2, candidate: "candidate:1", sdpMid: null, sdpMLineIndex: 0 },
  { type: "path-failed", pathId: 2, code: "path-failed", message: "no" },
  { token: "a.b.c", tunnelId, versions: { min: 1, max: 1 }, capabilities: ["x"], supersedes: tunnelId },
  { type: "accepted", limits: { streams: 100, windowBytes: 262_144, graceMs: 120_000 }, capabilities: [] },
  { type: "refused", code: "expired", message: "late", hint: "again" },
  { streams: [{ id: 2, received: 10, limit: 262_144 }] },
  headers,
].map((value) => encodeObject(value));

/** Runs of records, as one direction of a stream holds them. */
export const recordRuns: readonly Uint8Array[] = [
  ...objects.flatMap((object) => [0x01, 0x02, 0x04, 0x05, 0x13, 0x21].map((type) => record(type, object))),
  Uint8Array.from([...record(0x01, objects[1]), ...record(0x03, text("hello")), ...record(0x04, objects[15])]),
  Uint8Array.from([...record(0x11, text("grüße")), ...record(0x12, text("bytes")), ...record(0x13, objects[5])]),
  Uint8Array.from([...record(0x3f, text("unknown")), ...record(0x03, text("x"))]),
  encodeRecordHeader(0x12, 32 * 1024 * 1024),
  encodeRecordHeader(0x01, 128 * 1024 + 1),
];

const serverId = "b".repeat(26);
const key = "A".repeat(43);
const presence = {
  label: "studio",
  agentVersion: "0.1.0",
  platform: "linux",
  remoteAccessEnabled: true,
  primaryServiceName: "app",
  services: [{ name: "app", mode: "http", supportedProtocols: ["http"], health: "healthy", relayPolicy: "full" }],
};

/** Signaling's texts. */
export const signalingTexts: readonly Uint8Array[] = [
  { type: "challenge", nonce: key, serverTimeMs: 1 },
  { type: "welcome", serverTimeMs: 1 },
  {
    type: "viewer-joined",
    ...{ relayId: 1, sessionId: serverId, serviceName: "app", relayPolicy: "full" },
    iceServers: [{ urls: ["stun:127.0.0.1:3478"] }],
  },
  { type: "viewer-left", relayId: 1, code: "network" },
  { type: "session-revoked", sessionId: serverId },
  { type: "error", code: "offline", message: "gone", hint: "wait" },
  { type: "hello", versions: { min: 1, max: 1 }, serverId, signature: "A".repeat(86), presence },
  { type: "presence", presence },
  { type: "viewer-dismissed", relayId: 1, code: "closed" },
  { type: "join", versions: { min: 1, max: 1 }, signalingTicket: "ticket" },
  { type: "joined", relayId: 1, serverTimeMs: 1 },
  { type: "peer-left", code: "closed" },
].map((message) => text(JSON.stringify(message)));

/** Envelopes of relay 1: data, credit, and credit as large as it can be. */
export const envelopes: readonly Uint8Array[] = [
  "010000000148656c6c6f",
  "02000000010000000000010000",
  "0200000001ffffffffffffffff",
].map(bytesOf);

function record(type: number, bytes: Uint8Array = new Uint8Array(0)): Uint8Array {
  return Uint8Array.from([...encodeRecordHeader(type, bytes.length), ...bytes]);
}
