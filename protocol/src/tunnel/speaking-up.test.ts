/** A viewer that only takes speaks up on each path that brought bulk, so that its transport's acknowledgements go out. */
import { describe, expect, it } from "vitest";
import { TunnelDialogue } from "../testing/tunnel-dialogue.ts";
import type { PathKind } from "./path-kind.ts";

const stepMs = 5;
const longPart = new Uint8Array(8 * 1_024);

interface TakingOptions {
  readonly role?: "viewer" | "agent";
  readonly roundTripMs?: number;
  readonly kind?: PathKind;
}

/** A side of a tunnel with one path of this round trip, both of whose PINGs are answered, and a stream that brings bytes. */
class Taking {
  readonly side: TunnelDialogue;
  readonly #id: number;
  #offset = 0;

  constructor({ role = "viewer", roundTripMs = 100, kind = "direct" }: TakingOptions = {}) {
    this.side = new TunnelDialogue({ role });
    this.side.showsHeartbeats = true;
    this.side.addPath(1, { kind });
    this.#id = role === "viewer" ? this.side.tunnel.openStream("http", 0) : 2;
    this.side.sent();
    this.side.advance(roundTripMs);
    this.side.receive(1, { type: "pong", nonce: 1 }, { type: "ping", nonce: 7 });
    this.side.sent();
  }

  take(bytes: Uint8Array): void {
    const kind = this.#offset === 0 && this.side.tunnel.streamCount === 0 ? { kind: "http" as const } : {};
    this.side.receive(1, { type: "stream", id: this.#id, offset: this.#offset, bytes, end: false, ...kind });
    this.#offset += bytes.length;
  }

  /** When something went out over this time, ms from now, and what. */
  during(durationMs: number): string[] {
    const lines: string[] = [];
    for (let atMs = 0; atMs < durationMs; atMs += stepMs) {
      this.side.advance(stepMs);
      for (const line of this.side.sent()) lines.push(`${atMs + stepMs} ${line}`);
    }
    return lines;
  }

  /** How often the last PONG went out over this time. */
  repeats(durationMs: number): number {
    return this.during(durationMs).filter((line) => line.endsWith("PONG 7")).length;
  }
}

describe("a viewer that takes bulk over a long way", () => {
  it("repeats its last PONG every 20 ms, for a second after the last long part", () => {
    const taking = new Taking();
    taking.take(longPart);
    const lines = taking.during(70);
    expect(lines).toEqual(["20 1: PONG 7", "20 1: ACK 2 @8192", "40 1: PONG 7", "60 1: PONG 7"]);
    expect(taking.repeats(930)).toBeGreaterThan(40);
    expect(taking.repeats(5_000)).toBe(0);
  });

  it("says nothing while bytes keep coming, which bring the acknowledgements about", () => {
    const taking = new Taking();
    let repeats = 0;
    for (let count = 0; count < 50; count += 1) {
      taking.take(longPart);
      repeats += taking.repeats(10);
    }
    expect(repeats).toBe(0);
  });

  it.each([
    ["over a short way", new Taking({ roundTripMs: 5 }), longPart],
    ["over a relay, which has no SCTP", new Taking({ kind: "relay" }), longPart],
    ["for short parts, which are no bulk", new Taking(), new Uint8Array(1_000)],
    ["where an agent takes them", new Taking({ role: "agent" }), longPart],
  ])("says nothing %s", (_name, taking, bytes) => {
    taking.take(bytes);
    expect(taking.repeats(2_000)).toBe(0);
  });

  it("is understood as nothing new", () => {
    const agent = new TunnelDialogue({ role: "agent" });
    agent.showsHeartbeats = true;
    agent.addPath(1);
    expect(agent.sent()).toEqual(["1: PING 1"]);
    agent.advance(30);
    for (let count = 0; count < 3; count += 1) {
      agent.receive(1, { type: "pong", nonce: 1 });
      agent.advance(20);
    }
    expect(agent.tunnel.pathHealth(1, agent.nowMs).rttMs).toBe(30);
    expect(agent.sent()).toEqual([]);
  });
});
