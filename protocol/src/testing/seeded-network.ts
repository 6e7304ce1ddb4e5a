/**
 * Two tunnel cores over simulated paths, in virtual time and without promises.
 * Invariant: the seed and the calls decide every run; each direction of a path delivers in order or not at all.
 */
import { limits } from "../limits.ts";
import type { PathKind } from "../tunnel/path-kind.ts";
import { Tunnel, type TunnelOptions } from "../tunnel/tunnel.ts";
import type { TunnelEvent } from "../tunnel/tunnel-events.ts";
import type { SeededRandom } from "./random.ts";

/** A side of the tunnel. */
export type Side = "viewer" | "agent";

/** The two sides, and what they share. */
export const sides: readonly Side[] = ["viewer", "agent"];

/** How a simulated path behaves. */
export interface SimulatedPath {
  readonly pathId: number;
  readonly kind: PathKind;
  readonly carriesApp: boolean;
  readonly delayMs: number;
  /** Added to the delay at random. */
  readonly jitterMs: number;
  /** Sealed bytes that leave in a millisecond, each way. The queue empties as they leave, else as they arrive. */
  readonly bytesPerMs: number;
  readonly queueBytes: number;
  readonly maxPlaintextBytes: number;
}

/** What is to happen at a time. */
interface Happening {
  readonly atMs: number;
  happen(): void;
}

interface PathState {
  readonly path: SimulatedPath;
  bytesPerMs: number;
  stalledUntilMs: number;
  /** Bytes in the queue, by sender. */
  readonly queuedBytes: Record<Side, number>;
  /** When the last message left and will arrive, by sender. */
  readonly lastLeavingMs: Record<Side, number>;
  readonly lastArrivalMs: Record<Side, number>;
  isBroken: boolean;
}

/** Both sides and the network between them. */
export class SeededNetwork {
  readonly tunnels: Readonly<Record<Side, Tunnel>>;
  /** Called with every event of either side. */
  onEvent: (side: Side, event: TunnelEvent) => void = () => {};
  /** Called with every message that is sent. */
  onMessage: (from: Side, pathId: number, message: Uint8Array) => void = () => {};
  nowMs = 0;
  readonly #random: SeededRandom;
  readonly #paths = new Map<number, PathState>();
  readonly #happenings: Happening[] = [];

  /** `ofAgent`: what the agent's side has besides or otherwise. */
  constructor(random: SeededRandom, options: Partial<TunnelOptions> = {}, ofAgent: Partial<TunnelOptions> = {}) {
    this.#random = random;
    this.tunnels = {
      viewer: new Tunnel({ ...options, role: "viewer", nowMs: 0 }),
      agent: new Tunnel({ ...options, ...ofAgent, role: "agent", nowMs: 0 }),
    };
  }

  /** Ids of paths that carry. */
  livePaths(): number[] {
    return [...this.#paths.values()].filter((state) => !state.isBroken).map(({ path }) => path.pathId);
  }

  addPath(options: Partial<SimulatedPath> & { readonly pathId: number }): void {
    const kind = options.kind ?? "direct";
    const path = {
      carriesApp: kind !== "relay",
      delayMs: 5,
      jitterMs: 0,
      bytesPerMs: Number.POSITIVE_INFINITY,
      queueBytes: limits.channelQueueBytes,
      maxPlaintextBytes: limits.dataChannelMessageBytes - limits.tagBytes,
      ...options,
      kind,
    };
    this.#paths.set(path.pathId, {
      path,
      bytesPerMs: path.bytesPerMs,
      stalledUntilMs: 0,
      queuedBytes: { viewer: 0, agent: 0 },
      lastLeavingMs: { viewer: 0, agent: 0 },
      lastArrivalMs: { viewer: 0, agent: 0 },
      isBroken: false,
    });
    for (const side of sides) {
      this.tunnels[side].addPath(path, this.nowMs);
      this.pump(side);
    }
  }

  /** Loses what is under way and what comes; each side learns of it after a time of its own. */
  cutPath(pathId: number, learnWithinMs: number): void {
    this.blackHole(pathId);
    for (const side of sides) {
      this.#at(this.nowMs + this.#random.whole(0, learnWithinMs), () => {
        this.tunnels[side].removePath(pathId, "network", "cut", this.nowMs);
        this.pump(side);
      });
    }
  }

  /** Loses what is under way and what comes; nobody is told. */
  blackHole(pathId: number): void {
    const state = this.#paths.get(pathId);
    if (state !== undefined) state.isBroken = true;
  }

  /** What is sent from now on leaves at this rate. */
  setRate(pathId: number, bytesPerMs: number): void {
    const state = this.#paths.get(pathId);
    if (state !== undefined) state.bytesPerMs = bytesPerMs;
  }

  /** What is sent from now on leaves after this time. */
  stall(pathId: number, durationMs: number): void {
    const state = this.#paths.get(pathId);
    if (state !== undefined) state.stalledUntilMs = this.nowMs + durationMs;
  }

  /** Sends what a side has and tells its events; call it after every call on its tunnel. */
  pump(side: Side): void {
    const tunnel = this.tunnels[side];
    for (;;) {
      for (const { path, queuedBytes } of this.#paths.values()) {
        tunnel.setPathRoom(path.pathId, path.queueBytes - queuedBytes[side]);
      }
      const messages = tunnel.takeMessages(this.nowMs);
      for (const { pathId, message } of messages) this.#send(side, pathId, message);
      const events = tunnel.takeEvents();
      for (const event of events) this.onEvent(side, event);
      if (messages.length === 0 && events.length === 0) return;
    }
  }

  /** When the next thing happens; infinite where nothing ever will. */
  dueMs(): number {
    const deadlines = sides.map((side) => this.tunnels[side].deadlineMs());
    return Math.min(this.#happenings[0]?.atMs ?? Number.POSITIVE_INFINITY, ...deadlines);
  }

  /** Goes on to the next thing that happens; false where nothing ever will. */
  step(): boolean {
    const dueMs = this.dueMs();
    const next = this.#happenings[0];
    if (dueMs === Number.POSITIVE_INFINITY) return false;
    this.nowMs = Math.max(this.nowMs, dueMs);
    if (next !== undefined && next.atMs <= dueMs) {
      this.#happenings.shift();
      next.happen();
    } else {
      for (const side of sides) {
        this.tunnels[side].tick(this.nowMs);
        this.pump(side);
      }
    }
    return true;
  }

  /** The peer's copy of a message comes again, on any path. */
  deliverAgain(to: Side, pathId: number, message: Uint8Array): void {
    this.tunnels[to].receive(pathId, message, this.nowMs);
    this.pump(to);
  }

  /** Lets time pass. */
  run(durationMs: number): void {
    const untilMs = this.nowMs + durationMs;
    this.#at(untilMs, () => {});
    while (this.nowMs < untilMs && this.step());
  }

  #send(from: Side, pathId: number, message: Uint8Array): void {
    const state = this.#paths.get(pathId);
    if (state === undefined) return;
    this.onMessage(from, pathId, message);
    const { path, bytesPerMs, queuedBytes, lastLeavingMs, lastArrivalMs } = state;
    const sizeBytes = message.length + limits.tagBytes;
    const to: Side = from === "viewer" ? "agent" : "viewer";
    const isRated = bytesPerMs !== Number.POSITIVE_INFINITY;
    lastLeavingMs[from] = Math.max(this.nowMs, lastLeavingMs[from], state.stalledUntilMs) + sizeBytes / bytesPerMs;
    const arrivalMs = lastLeavingMs[from] + path.delayMs + this.#random.next() * path.jitterMs;
    lastArrivalMs[from] = Math.max(arrivalMs, lastArrivalMs[from]);
    queuedBytes[from] += sizeBytes;
    const leave = (): void => {
      queuedBytes[from] -= sizeBytes;
      this.pump(from);
    };
    if (isRated) this.#at(lastLeavingMs[from], leave);
    this.#at(lastArrivalMs[from], () => {
      if (state.isBroken) return;
      this.tunnels[to].receive(pathId, message, this.nowMs);
      this.pump(to);
      if (!isRated) leave();
    });
  }

  /** Keeps what is to happen sorted by time, then by the order in which it was asked for. */
  #at(atMs: number, happen: () => void): void {
    let index = this.#happenings.length;
    for (let last = this.#happenings[index - 1]; last !== undefined && last.atMs > atMs; index -= 1) {
      last = this.#happenings[index - 2];
    }
    this.#happenings.splice(index, 0, { atMs, happen });
  }
}
