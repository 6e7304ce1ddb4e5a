/**
 * Signaling as the enemy: it drops, doubles, delays, replays, rewrites and invents every kind of message, on both sockets.
 * Each meeting ends in the app's whole answer or in a typed error; nothing is read, nothing reaches the app twice.
 */
import { describe, expect, test } from "vitest";
import { type MeetingResult, meet } from "../harness/hostile-meeting.ts";
import { type Harm, messageKinds, type Passing } from "../harness/hostile-signaling.ts";

const otherId = "z".repeat(26);
const nameOf = ({ lane, type }: (typeof messageKinds)[number]): string => `${type} ${lane}`;

/** A text message with other fields. */
const fields =
  (changes: Record<string, unknown>) =>
  (passing: Passing): Passing =>
    passing.sort === "text" ? { ...passing, message: { ...passing.message, ...changes } } : passing;

/** An envelope with one bit of its body changed. */
const flipped = (passing: Passing): Passing =>
  passing.sort === "bytes" ? { ...passing, bytes: passing.bytes.with(-1, (passing.bytes.at(-1) ?? 0) ^ 1) } : passing;

/** A credit that allows everything. */
const boundless = (passing: Passing): Passing =>
  passing.sort === "bytes"
    ? { ...passing, bytes: Uint8Array.from([...passing.bytes.subarray(0, 5), 0, 31, 255, 255, 255, 255, 255, 255]) }
    : passing;

/** What the enemy writes in place of each kind. A kind without an entry fails the first test. */
const rewrites: Readonly<Record<string, (passing: Passing) => Passing>> = {
  "challenge to-agent": fields({ nonce: "B".repeat(43), serverTimeMs: 0 }),
  "welcome to-agent": fields({ serverTimeMs: 4_000_000_000_000 }),
  "viewer-joined to-agent": fields({ sessionId: otherId }),
  "viewer-left to-agent": fields({ relayId: 77 }),
  "session-revoked to-agent": fields({ sessionId: otherId }),
  "ice-servers to-agent": fields({ sessionId: otherId }),
  "error to-agent": fields({ code: "internal" }),
  "hello from-agent": fields({ type: "presence" }),
  "presence from-agent": fields({ presence: {} }),
  "viewer-dismissed from-agent": fields({ relayId: 77 }),
  "joined to-viewer": fields({ relayId: 77 }),
  "ice-servers to-viewer": fields({ iceServers: [{ urls: ["stun:127.0.0.1:9"] }] }),
  "peer-left to-viewer": fields({ code: "revoked" }),
  "error to-viewer": fields({ code: "internal" }),
  "join from-viewer": fields({ signalingTicket: `${otherId} app` }),
  "data to-agent": flipped,
  "data from-agent": flipped,
  "data to-viewer": flipped,
  "data from-viewer": flipped,
  "credit to-agent": boundless,
  "credit from-agent": boundless,
  "credit to-viewer": boundless,
  "credit from-viewer": boundless,
};

const text = (message: { type: string } & Record<string, unknown>): Passing => ({ sort: "text", message });
const bytes = (...values: readonly number[]): Passing => ({ sort: "bytes", bytes: Uint8Array.from(values) });
const words = { message: "invented", hint: "" };

/** What the enemy invents while an answer is under way, for each kind that a server may send. */
const inventions: Readonly<Record<string, Passing>> = {
  "challenge to-agent": text({ type: "challenge", nonce: "C".repeat(43), serverTimeMs: 1 }),
  "welcome to-agent": text({ type: "welcome", serverTimeMs: 1 }),
  "viewer-joined to-agent": text({
    ...{
      type: "viewer-joined",
      relayId: 1,
      sessionId: otherId,
      serviceName: "app",
      relayPolicy: "full",
      iceServers: [],
    },
  }),
  "viewer-left to-agent": text({ type: "viewer-left", relayId: 1, code: "closed" }),
  "session-revoked to-agent": text({ type: "session-revoked", sessionId: otherId }),
  "ice-servers to-agent": text({ type: "ice-servers", sessionId: otherId, iceServers: [] }),
  "error to-agent": text({ type: "error", code: "superseded", ...words }),
  "joined to-viewer": text({ type: "joined", relayId: 9, serverTimeMs: 1 }),
  "ice-servers to-viewer": text({ type: "ice-servers", iceServers: [] }),
  "peer-left to-viewer": text({ type: "peer-left", code: "closed" }),
  "error to-viewer": text({ type: "error", code: "revoked", ...words }),
  "data to-agent": bytes(1, 0, 0, 0, 1, 9, 9, 9),
  "data to-viewer": bytes(1, 0, 0, 0, 1, 9, 9, 9),
  "credit to-agent": bytes(2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1),
  "credit to-viewer": bytes(2, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255),
};

interface Attack {
  readonly name: string;
  run(): Promise<MeetingResult>;
}

const attacks: readonly Attack[] = messageKinds.flatMap((kind) => {
  const name = nameOf(kind);
  const rewrite = rewrites[name] ?? ((passing) => passing);
  const harms: readonly Harm[] = [
    ...(["drop", "duplicate", "reorder", "replay"] as const).map((type) => ({ type })),
    { type: "rewrite", rewrite },
  ];
  const harmed = harms.map((harm) => ({ name: `${harm.type} ${name}`, run: () => meet(kind, harm) }));
  const invention = inventions[name];
  if (invention === undefined || kind.lane === "from-agent" || kind.lane === "from-viewer") return harmed;
  const { lane } = kind;
  const nothing: Harm = { type: "rewrite", rewrite: (passing) => passing };
  return [
    ...harmed,
    { name: `invent ${name}`, run: () => meet(kind, nothing, (server) => server.forge(lane, invention)) },
  ];
});

describe("hostile signaling", () => {
  test("is tried with every kind of message that the schemas know", () => {
    const names = messageKinds.map(nameOf);
    expect(Object.keys(rewrites).toSorted()).toEqual(names.toSorted());
    const servers = names.filter((name) => name.includes(" to-"));
    expect(Object.keys(inventions).toSorted()).toEqual(servers.toSorted());
  });

  test("reads nothing, opens nothing, and is always told apart from an answer", { timeout: 600_000 }, async () => {
    const results = new Map<string, MeetingResult>();
    const waiting = [...attacks];
    const work = async (): Promise<void> => {
      for (let attack = waiting.shift(); attack !== undefined; attack = waiting.shift()) {
        results.set(attack.name, await attack.run());
      }
    };
    await Promise.all(Array.from({ length: 24 }, work));
    const bad = [...results].filter(
      ([, { outcome, requests, wasRead }]) =>
        outcome === "hung" || outcome === "changed" || outcome.startsWith("not typed") || requests > 1 || wasRead,
    );
    expect(bad).toEqual([]);
    // What harms nobody is not taken for an attack, and a path that is broken again and again is no end of the tunnel.
    const outcomeOf = (name: string) => results.get(name)?.outcome;
    for (const kind of messageKinds.map(nameOf).filter((name) => !name.startsWith("data "))) {
      const reordered = outcomeOf(`reorder ${kind}`);
      // The first message of a viewer that the agent has not heard of yet reaches nobody.
      expect(reordered, `reorder ${kind}`).toBe(kind === "viewer-joined to-agent" ? "timeout" : "answered");
    }
    expect(outcomeOf("duplicate joined to-viewer")).toBe("answered");
    expect(outcomeOf("duplicate data to-viewer")).toBe("detached");
    expect(outcomeOf("drop join from-viewer")).toBe("timeout");
  });
});
