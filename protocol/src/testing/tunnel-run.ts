/**
 * One seeded run of both tunnel cores: random streams over random paths that come, slow down, stall and die.
 * Invariant checked: I1 to I8, as `invariants` names them; the seed alone decides the run.
 */
import { limits } from "../limits.ts";
import type { PathKind } from "../tunnel/path-kind.ts";
import { decodeMessage } from "../wire/codec.ts";
import { createSeededRandom, type SeededRandom } from "./random.ts";
import { SeededNetwork, sides } from "./seeded-network.ts";
import { BrokenInvariant, StreamProgram } from "./stream-program.ts";
import { messageOf } from "./tunnel-dialogue.ts";
import { WireAudit } from "./wire-audit.ts";

/** What holds in every run, and where it is checked. */
export const invariants = {
  I1: "delivered bytes are a prefix of the sent ones and END comes once: stream program, at every read",
  I2: "consumed ≤ received ≤ granted, sums within the caps: wire audit, at every WINDOW",
  I3: "a frame from any path changes nothing but what its offsets allow: messages come again on other paths",
  I4: "where the peer is lost, streams end with one error: some runs close with live streams",
  I5: "end, reset and stop are idempotent; nothing opens after its reset: calls and frames are repeated",
  I6: "streams progress while a path is alive: everything finishes in bounded virtual time",
  I7: "after grace or close nothing remains: no stream, no deadline, no message, no event",
  I8: "no peer input throws: mutated messages at the end of some runs",
} as const;

/** How a run ends, in turn. */
const endings = ["close", "grace", "mutations", "restart"] as const;

const graceMs = 600_000;

/** A run under way. */
class TunnelRun {
  readonly #random: SeededRandom;
  readonly #network: SeededNetwork;
  readonly #program: StreamProgram;
  readonly #audit: WireAudit;
  readonly #kinds = new Map<number, PathKind>();
  #lastPathId = 0;

  constructor(seed: number) {
    const random = createSeededRandom(seed);
    this.#random = random;
    const windowBytes = random.pick([2_000, 20_000, limits.initialWindowBytes]);
    const streams = random.pick([3, 100]);
    const tunnelWindowBytes = 2 * streams * windowBytes + random.pick([0, windowBytes, 10 * windowBytes]);
    const peerLimits = { streams, windowBytes };
    this.#network = new SeededNetwork(random, {
      ...{ localLimits: peerLimits, remoteLimits: peerLimits, tunnelWindowBytes },
      ...{ graceMs, directWaitMs: Number.POSITIVE_INFINITY },
    });
    this.#program = new StreamProgram(this.#network, random, Math.min(windowBytes, 8_000));
    this.#audit = new WireAudit(this.#network, this.#program, { ...peerLimits, tunnelWindowBytes });
    this.#addPath();
  }

  /** Random acts of both sides and of the network. */
  act(count: number): void {
    for (let index = 0; index < count; index++) {
      if (this.#random.chance(0.6)) this.#program.act();
      else if (this.#network.dueMs() < this.#network.nowMs + 30_000) this.#network.step();
      if (this.#random.chance(0.08)) this.#disturb();
    }
    if (this.#random.chance(0.2) && this.#network.livePaths().length > 0) this.#program.pour(60);
  }

  /** Lets every stream finish over one good path, whatever became of the others. */
  finish(): void {
    this.#lastPathId += 1;
    this.#kinds.set(this.#lastPathId, "direct");
    this.#network.addPath({ pathId: this.#lastPathId, kind: "direct" });
    for (let round = 0; round < 3_000 && !this.#program.isFinished(); round++) {
      this.#program.finish();
      this.#network.run(50);
    }
    if (!this.#program.isFinished()) throw new BrokenInvariant("I6: streams are stuck");
    this.#program.checkFinal();
    for (const side of sides) this.#audit.check(side);
  }

  /** The viewer closes; both sides are empty soon. */
  close(): void {
    this.#program.allowClose();
    this.#network.tunnels.viewer.close("peer-restarted", "");
    this.#network.pump("viewer");
    this.#network.run(10_000);
    // CLOSE may be lost with its path: then the grace time ends the other side.
    if (!this.#program.hasClosed("agent")) this.outliveGrace();
    else this.#checkEmpty();
  }

  /** All paths die and none comes back. */
  outliveGrace(): void {
    this.#program.allowClose();
    for (const pathId of this.#network.livePaths()) this.#network.cutPath(pathId, 0);
    this.#network.run(2 * graceMs);
    this.#checkEmpty();
  }

  /** What came before comes again with bytes changed. */
  mutate(): void {
    this.#program.allowClose();
    for (const { from, message } of [...this.#audit.recent]) {
      const mutated = message.slice();
      for (let count = this.#random.whole(1, 3); count > 0; count--) {
        mutated[this.#random.whole(0, mutated.length - 1)] = this.#random.whole(0, 255);
      }
      const to = this.#network.tunnels[from === "viewer" ? "agent" : "viewer"];
      try {
        to.receive(this.#lastPathId, mutated, this.#network.nowMs);
        to.takeMessages(this.#network.nowMs);
      } catch (thrown) {
        throw new BrokenInvariant("I8: a message of the peer threw", { cause: thrown });
      }
    }
  }

  #checkEmpty(): void {
    for (const side of sides) {
      const tunnel = this.#network.tunnels[side];
      if (!this.#program.hasClosed(side)) throw new BrokenInvariant(`I7: ${side} did not close`);
      const isIdle = tunnel.deadlineMs() === Number.POSITIVE_INFINITY && tunnel.streamCount === 0;
      if (!isIdle) throw new BrokenInvariant(`I7: ${side} keeps something after the end`);
      const left = tunnel.takeMessages(this.#network.nowMs).length + tunnel.takeEvents().length;
      if (left > 0) throw new BrokenInvariant(`I7: ${side} says something after the end`);
    }
  }

  #disturb(): void {
    const random = this.#random;
    const network = this.#network;
    const live = network.livePaths();
    const roll = random.next();
    if (live.length === 0 || roll < 0.2) this.#addPath();
    else if (roll < 0.35) network.cutPath(random.pick(live), random.whole(0, 300));
    else if (roll < 0.45) network.blackHole(random.pick(live));
    else if (roll < 0.6) network.setRate(random.pick(live), random.pick([0.1, 1, 10, 1_000]));
    else if (roll < 0.7) network.stall(random.pick(live), random.whole(50, 3_000));
    else this.#repeat(live);
  }

  /** A message comes a second time, on a path of another time. */
  #repeat(live: readonly number[]): void {
    const pathId = live.find((id) => this.#kinds.get(id) === "direct");
    if (pathId === undefined || this.#audit.recent.length === 0) return;
    const { from, message } = this.#random.pick(this.#audit.recent);
    const frames = decodeMessage(message).filter(({ type }) => type !== "ping" && type !== "pong");
    if (frames.length === 0) return;
    this.#network.deliverAgain(from === "viewer" ? "agent" : "viewer", pathId, messageOf(...frames));
  }

  #addPath(): void {
    const random = this.#random;
    this.#lastPathId += 1;
    const kind = random.pick(["direct", "direct", "turn", "relay"] as const);
    this.#kinds.set(this.#lastPathId, kind);
    this.#network.addPath({
      pathId: this.#lastPathId,
      kind,
      carriesApp: kind !== "relay" || random.chance(0.5),
      delayMs: random.whole(0, 80),
      jitterMs: random.whole(0, 40),
      bytesPerMs: random.pick([Number.POSITIVE_INFINITY, 1_000, 20]),
      queueBytes: random.pick([1_000, 20_000, limits.channelQueueBytes]),
      maxPlaintextBytes: random.pick([100, 1_200, limits.dataChannelMessageBytes - limits.tagBytes]),
    });
  }
}

/** Runs one seed. Throws BrokenInvariant, or whatever the core threw. */
export function runTunnel(seed: number): void {
  const run = new TunnelRun(seed);
  const ending = endings[seed % endings.length] ?? "close";
  run.act(seed % 16 === 0 ? 300 : 70);
  if (ending !== "restart") run.finish();
  if (ending === "mutations") run.mutate();
  else if (ending === "grace") run.outliveGrace();
  else run.close();
}
