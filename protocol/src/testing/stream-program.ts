/**
 * A random program on the streams of a simulated tunnel, and the check that both sides saw what they may see.
 * Invariant checked at every step: delivered bytes are a prefix of the written ones; END comes once, after all of them.
 */
import type { Code } from "../codes.ts";
import type { TunnelError } from "../errors.ts";
import type { TunnelEvent } from "../tunnel/tunnel-events.ts";
import type { SeededRandom } from "./random.ts";
import { type SeededNetwork, type Side, sides } from "./seeded-network.ts";

/** One direction of a stream, as the program knows it. */
interface Flow {
  written: number;
  hasEnded: boolean;
  delivered: number;
  endsDelivered: number;
}

interface ProgramStream {
  readonly id: number;
  readonly opener: Side;
  /** By writer. */
  readonly flows: Record<Side, Flow>;
  /** Sides that know the stream. */
  readonly known: Set<Side>;
  /** Sides that reset or stopped it, and with which codes. */
  readonly resetCodes: Partial<Record<Side, Code>>;
  readonly stopCodes: Partial<Record<Side, Code>>;
  /** Sides for which it is over. */
  readonly over: Set<Side>;
  /** Sides that read nothing before the end. */
  readonly stalled: ReadonlySet<Side>;
}

/** A flow that its reader still wants, as an audit of credit needs it. */
export interface WantedFlow {
  readonly id: number;
  readonly consumed: number;
}

/** What a program found wrong. */
export class BrokenInvariant extends Error {}

const codesUsed: readonly Code[] = ["canceled", "target-aborted", "internal"];

/** Streams under random use. */
export class StreamProgram {
  readonly #network: SeededNetwork;
  readonly #random: SeededRandom;
  readonly #streams = new Map<number, ProgramStream>();
  /** How many bytes a write has at most. */
  readonly #mostBytes: number;
  /** Sides that may tell `closed`, and those that did. */
  #mayClose = false;
  readonly #closed = new Set<Side>();

  constructor(network: SeededNetwork, random: SeededRandom, mostBytes = 40_000) {
    this.#network = network;
    this.#random = random;
    this.#mostBytes = mostBytes;
    network.onEvent = (side, event) => this.#onEvent(side, event);
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  /** From now on either side may close. */
  allowClose(): void {
    this.#mayClose = true;
  }

  /** True where a side told `closed`. */
  hasClosed(side: Side): boolean {
    return this.#closed.has(side);
  }

  /** Streams that a side opened and that live at the other one, as far as the program can know. */
  acceptedCount(opener: Side): number {
    const acceptor = otherSide(opener);
    const streams = [...this.#streams.values()].filter((stream) => stream.opener === opener);
    return streams.filter(({ known, over }) => known.has(acceptor) && !over.has(acceptor)).length;
  }

  /** Flows that a side reads and on which the other one may still send: what has its END needs no more credit. */
  wantedFlows(reader: Side): WantedFlow[] {
    const writer = otherSide(reader);
    // A stream that only its opener knows may still wait for STREAMS: nothing is granted to anybody.
    const live = [...this.#streams.values()].filter(({ known, over }) => known.size === 2 && !over.has(reader));
    const wanted = live.filter(({ stopCodes, flows }) => stopCodes[reader] === undefined && !flows[writer].hasEnded);
    return wanted.map(({ id, flows }) => ({ id, consumed: flows[writer].delivered }));
  }

  /** One random act of one side. */
  act(): void {
    const random = this.#random;
    const side = random.pick(sides);
    const usable = [...this.#streams.values()].filter(({ known, over }) => known.has(side) && !over.has(side));
    if (usable.length === 0 || random.chance(0.1)) {
      this.#open(side);
      return;
    }
    const stream = random.pick(usable);
    const roll = random.next();
    if (roll < 0.45) this.#write(side, stream);
    else if (roll < 0.85) this.#read(side, stream, stream.stalled.has(side) ? 0 : random.whole(1, 20));
    else if (roll < 0.94) this.#end(side, stream);
    else if (roll < 0.97) this.#stop(side, stream, random.pick(codesUsed));
    else this.#reset(side, stream, random.pick(codesUsed));
    this.#network.pump(side);
  }

  /** One side writes as much as it may and the other reads at once, for so many turns. */
  pour(turns: number): void {
    const usable = [...this.#streams.values()].filter(({ known, over }) => known.size === 2 && over.size === 0);
    if (usable.length === 0) return;
    const stream = this.#random.pick(usable);
    const writer = this.#random.pick(sides);
    for (let turn = 0; turn < turns; turn++) {
      this.#write(writer, stream);
      this.#network.pump(writer);
      if (this.#network.dueMs() < this.#network.nowMs + 30_000) this.#network.step();
      this.#read(otherSide(writer), stream, Number.POSITIVE_INFINITY);
      this.#network.pump(otherSide(writer));
    }
  }

  /** Ends and reads everything, so that each stream should finish soon. */
  finish(): void {
    for (const stream of this.#streams.values()) {
      for (const side of sides) {
        if (!stream.known.has(side) || stream.over.has(side)) continue;
        this.#end(side, stream);
        this.#read(side, stream, Number.POSITIVE_INFINITY);
        this.#network.pump(side);
      }
    }
  }

  /** True where nothing is left on either side. */
  isFinished(): boolean {
    return sides.every((side) => this.#network.tunnels[side].streamCount === 0);
  }

  /** Checks what must hold once all streams are over and the network was whole at the end. */
  checkFinal(): void {
    for (const stream of this.#streams.values()) {
      const { id, flows, resetCodes, stopCodes } = stream;
      if (Object.keys(resetCodes).length > 0) continue;
      for (const writer of sides) {
        const flow = flows[writer];
        if (stopCodes[otherSide(writer)] !== undefined) continue;
        const told = `stream ${id} from ${writer}: ${flow.delivered} of ${flow.written} bytes`;
        if (flow.delivered !== flow.written) throw new BrokenInvariant(told);
        if (flow.endsDelivered !== 1) throw new BrokenInvariant(`${told}, END ${flow.endsDelivered} times`);
      }
    }
  }

  #open(side: Side): void {
    const kind = this.#random.pick(["http", "websocket", "tcp"] as const);
    const id = this.#network.tunnels[side].openStream(kind, this.#network.nowMs);
    this.#add(id, side).known.add(side);
    this.#network.pump(side);
  }

  #add(id: number, opener: Side): ProgramStream {
    const flow = (): Flow => ({ written: 0, hasEnded: false, delivered: 0, endsDelivered: 0 });
    const stream: ProgramStream = {
      id,
      opener,
      flows: { viewer: flow(), agent: flow() },
      known: new Set(),
      resetCodes: {},
      stopCodes: {},
      over: new Set(),
      stalled: new Set(sides.filter(() => this.#random.chance(0.15))),
    };
    this.#streams.set(id, stream);
    return stream;
  }

  #write(side: Side, stream: ProgramStream): void {
    const flow = stream.flows[side];
    const tunnel = this.#network.tunnels[side];
    if (flow.hasEnded || flow.written > tunnel.sendLimit(stream.id)) return;
    const length = this.#random.chance(0.5) ? this.#random.whole(1, 50) : this.#random.whole(1, this.#mostBytes);
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) bytes[index] = byteAt(stream.id, side, flow.written + index);
    if (tunnel.write(stream.id, bytes) !== undefined) flow.written += length;
  }

  #read(side: Side, stream: ProgramStream, most: number): void {
    const writer = otherSide(side);
    const flow = stream.flows[writer];
    for (let count = 0; count < most; count++) {
      const bytes = this.#network.tunnels[side].read(stream.id);
      if (bytes === undefined) return;
      if (bytes === null) {
        flow.endsDelivered += 1;
        if (flow.endsDelivered > 1) throw new BrokenInvariant(`stream ${stream.id}: END came twice`);
        if (flow.delivered !== flow.written || !flow.hasEnded) {
          throw new BrokenInvariant(`stream ${stream.id}: END after ${flow.delivered} of ${flow.written} bytes`);
        }
        continue;
      }
      for (const byte of bytes) {
        if (byte !== byteAt(stream.id, writer, flow.delivered)) {
          throw new BrokenInvariant(`stream ${stream.id} from ${writer}: wrong byte at ${flow.delivered}`);
        }
        flow.delivered += 1;
      }
      if (flow.delivered > flow.written) throw new BrokenInvariant(`stream ${stream.id}: more came than was written`);
    }
  }

  #end(side: Side, stream: ProgramStream): void {
    stream.flows[side].hasEnded = true;
    this.#network.tunnels[side].end(stream.id);
  }

  #stop(side: Side, stream: ProgramStream, code: Code): void {
    stream.stopCodes[side] ??= code;
    this.#network.tunnels[side].stop(stream.id, code);
  }

  #reset(side: Side, stream: ProgramStream, code: Code): void {
    stream.resetCodes[side] ??= code;
    stream.over.add(side);
    this.#network.tunnels[side].reset(stream.id, code);
  }

  #onEvent(side: Side, event: TunnelEvent): void {
    if (this.#closed.has(side)) throw new BrokenInvariant(`${side}: ${event.type} after closed`);
    switch (event.type) {
      case "stream-opened": {
        const stream = this.#streams.get(event.id);
        if (stream === undefined || stream.known.has(side)) {
          throw new BrokenInvariant(`stream ${event.id} was opened out of nothing, or twice`);
        }
        stream.known.add(side);
        return;
      }
      case "stream-failed":
        this.#expectCode(this.#known(event.id).resetCodes[otherSide(side)], event.error, event.id);
        this.#known(event.id).over.add(side);
        return;
      case "stream-stopped":
        this.#expectCode(this.#known(event.id).stopCodes[otherSide(side)], event.error, event.id);
        return;
      case "stream-finished":
        this.#known(event.id).over.add(side);
        return;
      case "closed":
        this.#closed.add(side);
        if (this.#mayClose) return;
        throw new BrokenInvariant(`the tunnel closed: ${event.error.message}`);
      default:
    }
  }

  #known(id: number): ProgramStream {
    const stream = this.#streams.get(id);
    if (stream === undefined) throw new BrokenInvariant(`stream ${id} is unknown`);
    return stream;
  }

  #expectCode(expected: Code | undefined, { code, message }: TunnelError, id: number): void {
    if (expected === code) return;
    throw new BrokenInvariant(`stream ${id} ended with ${code} (${message}), expected ${expected}`);
  }
}

/** The byte that a side writes at an offset of a stream. */
function byteAt(id: number, writer: Side, offset: number): number {
  return (Math.imul(offset + 1, 2_654_435_761) + id * 31 + (writer === "viewer" ? 7 : 0)) >>> 24;
}

function otherSide(side: Side): Side {
  return side === "viewer" ? "agent" : "viewer";
}
