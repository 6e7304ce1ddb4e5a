/** Paths that stay alive and move next to nothing, beside one that works: nothing may wait for them. */
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../testing/random.ts";
import { SeededNetwork } from "../testing/seeded-network.ts";
import { ascii, TunnelDialogue } from "../testing/tunnel-dialogue.ts";

const forever = Number.POSITIVE_INFINITY;

/** A viewer with a path that goes on to bring old bytes and answers no PING, and a younger one that answers each. */
class HeldUp {
  readonly viewer = new TunnelDialogue({ role: "viewer" });
  readonly id: number;
  readonly told: string[] = [];
  #brought = 0;

  constructor() {
    this.viewer.showsHeartbeats = true;
    this.viewer.addPath(1);
    this.viewer.addPath(2, { kind: "relay" });
    this.id = this.viewer.tunnel.openStream("tcp", 0);
    this.run(500);
    this.viewer.receive(1, { type: "ack", id: this.id, offset: 0, ranges: [] });
  }

  run(durationMs: number): void {
    for (const untilMs = this.viewer.nowMs + durationMs; this.viewer.nowMs < untilMs; ) {
      this.viewer.receive(1, { type: "stream", id: this.id, offset: this.#brought, bytes: ascii("old"), end: false });
      this.#brought += 3;
      this.viewer.advance(100);
      for (const line of this.viewer.sent()) {
        this.told.push(line);
        const nonce = /^2: PING (\d+)$/.exec(line)?.[1];
        if (nonce !== undefined) this.viewer.receive(2, { type: "pong", nonce: Number(nonce) });
      }
    }
  }
}

function stops({ told }: HeldUp): string[] {
  return told.filter((line) => line.includes("STOP"));
}

describe("a path that crawls", () => {
  it("holds no short frame back: what waits with a PING is told again on another path, once", () => {
    const peer = new HeldUp();
    peer.viewer.tunnel.stop(peer.id, "canceled");
    peer.run(4_000);
    expect(stops(peer), "it goes where bytes come from").toEqual(["1: STOP 2 canceled"]);
    peer.run(10_000);
    expect(stops(peer)).toEqual(["1: STOP 2 canceled", "2: STOP 2 canceled"]);
  });

  it("does not keep bulk to itself because the path beside it is younger", () => {
    const network = new SeededNetwork(createSeededRandom(1), { graceMs: forever, directWaitMs: forever });
    network.addPath({ pathId: 1, delayMs: 20, bytesPerMs: 1, queueBytes: 1_000, maxPlaintextBytes: 100 });
    const id = network.tunnels.viewer.openStream("tcp", 0);
    network.tunnels.viewer.write(id, new Uint8Array(200_000));
    network.pump("viewer");
    network.run(20_000);
    network.addPath({ pathId: 2, delayMs: 20, bytesPerMs: 1_000 });
    network.run(20_000);
    expect(network.livePaths()).toEqual([1, 2]);
    expect(network.tunnels.viewer.acknowledgedBytes(id)).toBe(200_000);
  });
});
