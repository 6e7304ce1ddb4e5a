/** Paths that slow down, stall or die under a transfer, in virtual time over the seeded network. */
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../testing/random.ts";
import { SeededNetwork } from "../testing/seeded-network.ts";

const forever = Number.POSITIVE_INFINITY;
const bytesPerMs = 1_000;

/** A viewer that reads whatever the agent sends on one stream, as fast as it comes. */
class Transfer {
  readonly network: SeededNetwork;
  delivered = 0;
  readonly events: string[] = [];
  readonly sentBytes = new Map<number, number>();
  readonly #id: number;

  constructor(kinds: readonly ("direct" | "relay")[], carriesApp = true) {
    this.network = new SeededNetwork(createSeededRandom(1), { graceMs: forever, directWaitMs: forever });
    this.network.onEvent = (side, event) => {
      if (event.type === "path-trust") {
        const { isSuspect } = this.network.tunnels[side].pathHealth(event.pathId, this.network.nowMs);
        this.events.push(`${side} ${event.pathId} ${isSuspect ? "suspect" : "trusted"}`);
      }
      if (side === "viewer" && event.type === "stream-readable") this.#read();
    };
    this.network.onMessage = (_from, pathId, message) => {
      this.sentBytes.set(pathId, (this.sentBytes.get(pathId) ?? 0) + message.length);
    };
    kinds.forEach((kind, index) => {
      this.network.addPath({ pathId: index + 1, kind, carriesApp, delayMs: 20, bytesPerMs });
    });
    this.#id = this.network.tunnels.viewer.openStream("http", 0);
    this.network.pump("viewer");
    this.network.run(1_000);
  }

  /** Sends for so long; returns the bytes that came in that time. */
  run(durationMs: number): number {
    const before = this.delivered;
    const untilMs = this.network.nowMs + durationMs;
    while (this.network.nowMs < untilMs) {
      const agent = this.network.tunnels.agent;
      const written = agent.acknowledgedBytes(this.#id) ?? 0;
      if (agent.sendLimit(this.#id) - written > 0 && this.#pendingBytes() < 512_000) {
        agent.write(this.#id, new Uint8Array(64_000));
        this.#written += 64_000;
      }
      this.network.pump("agent");
      this.network.run(2);
    }
    return this.delivered - before;
  }

  #written = 0;

  #pendingBytes(): number {
    return this.#written - (this.network.tunnels.agent.acknowledgedBytes(this.#id) ?? 0) - 1_000_000;
  }

  #read(): void {
    const { viewer } = this.network.tunnels;
    for (let bytes = viewer.read(this.#id); bytes instanceof Uint8Array; bytes = viewer.read(this.#id)) {
      this.delivered += bytes.length;
    }
  }
}

describe("a slow path among others", () => {
  /** The youngest of them is kept free of bulk. */
  const six = ["direct", "direct", "direct", "direct", "direct", "direct"] as const;

  it("costs at most a quarter of the throughput at 1 % of its rate", () => {
    const transfer = new Transfer(six);
    transfer.run(2_000);
    const before = transfer.run(5_000);
    expect(before, "five paths carry what they can").toBeGreaterThan(0.9 * 5 * 5_000 * bytesPerMs);
    transfer.network.setRate(3, bytesPerMs / 100);
    expect(transfer.run(5_000)).toBeGreaterThan(0.75 * before);
  });
});

describe("a path that stalls", () => {
  it("is suspect within 300 ms of silence, its bytes go elsewhere, and it is trusted when it answers", () => {
    const transfer = new Transfer(["direct", "direct"]);
    transfer.run(500);
    // The one that carries the bulk: the younger is kept free of it.
    transfer.network.stall(1, 1_500);
    const during = transfer.run(1_000);
    expect(transfer.events).toContain("agent 1 suspect");
    expect(during).toBeGreaterThan(300_000);
    transfer.run(2_000);
    expect(transfer.events).toContain("agent 1 trusted");
  });

  it("moves bytes to a relay that may carry them, and back when it answers", () => {
    const transfer = new Transfer(["relay", "direct"]);
    transfer.run(500);
    const before = transfer.sentBytes.get(1) ?? 0;
    transfer.network.stall(2, 1_500);
    expect(transfer.run(1_000)).toBeGreaterThan(300_000);
    transfer.run(1_500);
    const during = (transfer.sentBytes.get(1) ?? 0) - before;
    expect(during).toBeGreaterThan(300_000);
    transfer.run(1_000);
    expect((transfer.sentBytes.get(1) ?? 0) - before - during, "acknowledgements at most").toBeLessThan(20_000);
  });
});

describe("paths that share one slow way", () => {
  it("have no more under way together for being many", () => {
    const peerLimits = { streams: 1, windowBytes: 2_000_000 };
    const network = new SeededNetwork(createSeededRandom(1), {
      ...{ graceMs: forever, directWaitMs: forever, localLimits: peerLimits, remoteLimits: peerLimits },
    });
    const slow = { delayMs: 25, bytesPerMs: 50 };
    for (let pathId = 1; pathId <= 8; pathId++) network.addPath({ pathId, ...slow, queueBytes: 1_000_000 });
    network.run(1_000);
    const id = network.tunnels.agent.openStream("http", network.nowMs);
    let sentBytes = 0;
    network.onMessage = (from, _pathId, message) => {
      if (from === "agent") sentBytes += message.length;
    };
    network.tunnels.agent.write(id, new Uint8Array(2_000_000));
    network.pump("agent");
    // Each its eighth of 256 KiB and the message that goes beyond it; the youngest only what every stream begins with.
    expect(sentBytes).toBeLessThan(8 * (32_768 + 16_384));
    expect(sentBytes).toBeGreaterThan(7 * 32_768 - 16_384);
  });
});
