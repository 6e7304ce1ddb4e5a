/** Bulk beside somebody who types: the tunnel's whole core, in virtual time, over a link whose queue bulk would fill. */
import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../testing/random.ts";
import { SeededNetwork, type Side } from "../testing/seeded-network.ts";
import type { StreamKind } from "../wire/frame.ts";
import { Typing } from "./typing.ts";

const bytesPerMs = 1_000;
const delayMs = 20;
const keyEveryMs = 100;

/** A viewer and its agent, one of which sends something endless to the other, over one path. */
class Transfer {
  readonly network: SeededNetwork;
  readonly #from: Side;
  readonly #bulkId: number;
  readonly #keysSentMs: number[] = [];
  #sentBytes = 0;
  #echoMs: number[] = [];
  arrivedBytes = 0;

  /** `typing`: the agent's. */
  constructor({ from = "agent", typing = new Typing() }: { readonly from?: Side; readonly typing?: Typing } = {}) {
    this.#from = from;
    this.network = new SeededNetwork(createSeededRandom(1), {}, { typing });
    this.network.addPath({ pathId: 1, delayMs, bytesPerMs });
    this.#bulkId = this.network.tunnels.viewer.openStream("http", 0);
    this.network.onEvent = (side, event) => {
      if (event.type === "stream-readable") this.#read(side, event.id);
      if (side === this.#from) this.#send();
    };
    this.network.pump("viewer");
    this.network.run(3_000);
  }

  /** Types for so long, on a new stream of this kind; returns how long each echo took. */
  type(durationMs: number, kind: Exclude<StreamKind, "control">): readonly number[] {
    const { viewer } = this.network.tunnels;
    const id = viewer.openStream(kind, this.network.nowMs);
    this.#echoMs = [];
    for (let atMs = 0; atMs < durationMs; atMs += keyEveryMs) {
      this.#keysSentMs.push(this.network.nowMs);
      viewer.write(id, new Uint8Array(1));
      this.network.pump("viewer");
      this.network.run(keyEveryMs);
    }
    this.network.run(2 * keyEveryMs);
    return this.#echoMs;
  }

  #read(side: Side, id: number): void {
    const tunnel = this.network.tunnels[side];
    for (let bytes = tunnel.read(id); bytes; bytes = tunnel.read(id)) {
      if (id === this.#bulkId) this.arrivedBytes += bytes.length;
      else if (side === "agent") tunnel.write(id, bytes);
      else for (const _ of bytes) this.#echoMs.push(this.network.nowMs - (this.#keysSentMs.shift() ?? Number.NaN));
    }
  }

  #send(): void {
    const tunnel = this.network.tunnels[this.#from];
    const missing = tunnel.sendLimit(this.#bulkId) - this.#sentBytes;
    if (missing > 0) this.#sentBytes = tunnel.write(this.#bulkId, new Uint8Array(missing)) ?? this.#sentBytes;
  }
}

/** What most keys wait for their echo, beyond the idle link's round trip. */
function waitMs(echoMs: readonly number[]): number {
  const sorted = [...echoMs].sort((one, other) => one - other);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN) - 2 * delayMs;
}

function bytesDuring(transfer: Transfer, happen: () => void): number {
  const before = transfer.arrivedBytes;
  happen();
  return transfer.arrivedBytes - before;
}

describe("bulk beside keys", () => {
  it.each(["agent", "viewer"] as const)(
    "lets them wait for little, and brings nearly what it did, from the %s",
    (from) => {
      const transfer = new Transfer({ from });
      const untypedBytes = bytesDuring(transfer, () => transfer.network.run(10_200));
      let echoMs: readonly number[] = [];
      const typedBytes = bytesDuring(transfer, () => {
        echoMs = transfer.type(10_000, "websocket");
      });
      expect(waitMs(echoMs.slice(50))).toBeLessThan(30);
      expect(typedBytes / untypedBytes).toBeGreaterThan(0.85);
    },
  );

  it("does not yield to requests, which may be bulk themselves", () => {
    const transfer = new Transfer();
    expect(waitMs(transfer.type(10_000, "http").slice(50))).toBeGreaterThan(60);
  });

  it("yields to keys of another tunnel of the same agent", () => {
    const typing = new Typing();
    const [transfer, terminal] = [new Transfer({ typing }), new Transfer({ typing })];
    // The clocks of the two go on one after the other.
    terminal.type(5_000, "tcp");
    transfer.network.run(terminal.network.nowMs - transfer.network.nowMs);
    expect(waitMs(transfer.type(1_000, "http"))).toBeLessThan(40);
  });

  it("goes on as before once nobody types", () => {
    const transfer = new Transfer();
    transfer.type(5_000, "websocket");
    expect(waitMs(transfer.type(1_000, "http"))).toBeLessThan(40);
    transfer.network.run(5_000);
    expect(waitMs(transfer.type(1_000, "http"))).toBeGreaterThan(60);
  });
});
