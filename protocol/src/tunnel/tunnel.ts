/**
 * The tunnel as a pure state machine: told messages, calls and time; drained of messages, events and a deadline.
 * Invariant: no message of a peer makes it throw; a path, a stream or the tunnel ends with a code instead.
 */
import { type Code, codeFromWire } from "../codes.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { decodeMessage } from "../wire/codec.ts";
import type { Frame, StreamKind } from "../wire/frame.ts";
import { AppGate } from "./app-gate.ts";
import { MessageBuffers } from "./message-buffers.ts";
import type { MessageSources } from "./message-builder.ts";
import { fillPaths } from "./message-rounds.ts";
import { Outbox } from "./outbox.ts";
import type { PathEntry, PathOptions } from "./path-entry.ts";
import { PathLife } from "./path-life.ts";
import { type AppShare, PathTable } from "./path-table.ts";
import { Scheduler } from "./scheduler.ts";
import { StreamCalls } from "./stream-calls.ts";
import { StreamFrames } from "./stream-frames.ts";
import { controlStreamId, type Role } from "./stream-ids.ts";
import { type PeerLimits, type StreamStanding, StreamTable } from "./stream-table.ts";
import type { TunnelEvent } from "./tunnel-events.ts";
import { type OutboundMessage, TunnelLife } from "./tunnel-life.ts";
import type { TunnelPhase } from "./tunnel-state.ts";
import { Typing } from "./typing.ts";

/** What a tunnel is made of; everything but role and time has a default in limits.ts. */
export interface TunnelOptions {
  readonly role: Role;
  readonly nowMs: number;
  readonly localLimits?: PeerLimits;
  readonly remoteLimits?: PeerLimits;
  readonly graceMs?: number;
  readonly directWaitMs?: number;
  /** Sum over streams of granted minus consumed bytes that this side allows. */
  readonly tunnelWindowBytes?: number;
  /** Shared with the tunnels whose bulk yields to keys of this one; its own by default. */
  readonly typing?: Typing;
}

/** Round trip, doubt and use of a live path. */
export interface PathHealth {
  readonly rttMs: number | undefined;
  readonly shortestRttMs: number | undefined;
  readonly isSuspect: boolean;
  /** Stream bytes that this side's peer acknowledged lately; 0 where there were none. */
  readonly deliveredBytesPerSecond: number;
  readonly appShare: AppShare;
}

const defaultLimits: PeerLimits = { streams: limits.initialStreams, windowBytes: limits.initialWindowBytes };

/** One peer's side of a tunnel. After any call, drain `takeMessages` and `takeEvents`, and mind `deadlineMs`. */
export class Tunnel {
  readonly #parts: MessageSources;
  readonly #calls: StreamCalls;
  readonly #frames: StreamFrames;
  readonly #life: TunnelLife;
  readonly #pathLife: PathLife;
  #events: TunnelEvent[] = [];

  constructor(options: TunnelOptions) {
    const emit = (event: TunnelEvent): void => {
      this.#events.push(event);
    };
    const { role, nowMs, graceMs = limits.graceMs, directWaitMs = limits.directWaitMs } = options;
    const { localLimits = defaultLimits, remoteLimits = defaultLimits } = options;
    const { tunnelWindowBytes = limits.tunnelWindowBytes, typing = new Typing() } = options;
    const outbox = new Outbox();
    const scheduler = new Scheduler();
    const streams = new StreamTable({
      ...{ role, localLimits, remoteLimits, tunnelWindowBytes },
      ...{ outbox, scheduler, emit },
    });
    this.#parts = { paths: new PathTable(typing), streams, outbox, scheduler, buffers: new MessageBuffers(), typing };
    this.#calls = new StreamCalls(streams, outbox, scheduler);
    this.#frames = new StreamFrames(this.#parts, this.#calls, emit);
    this.#life = new TunnelLife(this.#parts, emit, graceMs, nowMs);
    const gate = new AppGate({ directWaitMs, graceMs });
    const isViewer = role === "viewer";
    this.#pathLife = new PathLife({ parts: this.#parts, life: this.#life, gate, frames: this.#frames, emit, isViewer });
  }

  get phase(): TunnelPhase {
    return this.#life.phase;
  }

  /** Live streams apart from control. */
  get streamCount(): number {
    return this.#parts.streams.appCount;
  }

  /** Adds a path. Throws TunnelError `already-used` for an id seen before, `closed` after the end; both of scope path. */
  addPath(options: PathOptions, nowMs: number): void {
    this.#pathLife.add(options, nowMs);
  }

  hasSeenPath(pathId: number): boolean {
    return this.#parts.paths.hasSeen(pathId);
  }

  /** How many bytes a path takes now, sealed; messages for it are made as long as there is room. */
  setPathRoom(pathId: number, roomBytes: number): void {
    const path = this.#parts.paths.get(pathId);
    if (path !== undefined) path.roomBytes = roomBytes;
  }

  /** A path is gone or unwanted: the peer is told on another one, and what it carried goes again. */
  removePath(pathId: number, code: Code, reason: string, nowMs: number): void {
    this.#pathLife.lose(pathId, { code, reason, origin: "local" }, nowMs);
  }

  /** Something happened that paths may not have outlived, as a change of network: each is to answer a PING now. */
  probe(nowMs: number): void {
    this.#pathLife.probe(nowMs);
  }

  /** The peer says that nothing moves on a path: it is suspect until it answers. */
  doubtPath(pathId: number, nowMs: number): void {
    this.#pathLife.doubt(pathId, nowMs);
  }

  pathHealth(pathId: number, nowMs: number): PathHealth {
    const { paths } = this.#parts;
    const path = paths.get(pathId);
    return {
      rttMs: path?.keepalive.roundTripMs,
      shortestRttMs: path?.keepalive.shortestRoundTripMs,
      isSuspect: path?.trust === "suspect",
      deliveredBytesPerSecond: path?.pace.bytesPerSecond(nowMs) ?? 0,
      appShare: path === undefined ? "none" : paths.appShare(path, nowMs),
    };
  }

  /** Takes an authenticated message of a path, and its bytes. Messages of paths that are gone are ignored. */
  receive(pathId: number, message: Uint8Array, nowMs: number): void {
    const path = this.#parts.paths.get(pathId);
    if (path === undefined) return;
    path.keepalive.received(nowMs);
    try {
      for (const frame of decodeMessage(message)) {
        if (this.#life.phase === "closed") return;
        this.#apply(frame, path, nowMs);
      }
      this.#pathLife.settle(nowMs);
    } catch (thrown) {
      if (!(thrown instanceof TunnelError)) throw thrown;
      const { code, message: reason } = thrown;
      if (thrown.scope === "path") this.#pathLife.lose(pathId, { code, reason, origin: "local" }, nowMs);
      else this.#life.close(thrown);
    }
  }

  /** Tells the time; call it at `deadlineMs` or later. */
  tick(nowMs: number): void {
    if (this.#life.phase === "closed") return;
    this.#parts.outbox.tick(nowMs);
    this.#pathLife.tick(nowMs);
    this.#life.tick(nowMs);
  }

  /** When `tick` must be called at the latest; infinite where nothing waits for time. */
  deadlineMs(): number {
    if (this.#life.phase === "closed") return Number.POSITIVE_INFINITY;
    return Math.min(this.#parts.outbox.deadlineMs, this.#life.deadlineMs, this.#pathLife.deadlineMs());
  }

  /**
   * Messages that paths have room for, made now; each path's go out in this order. They are the caller's, with as many
   * bytes behind each in its buffer as a tag takes.
   */
  takeMessages(nowMs: number): OutboundMessage[] {
    return [...this.#life.takeFarewells(), ...fillPaths(this.#parts, nowMs)];
  }

  /** Takes a message of `takeMessages` back that nobody looks at any more, so that its buffer is used again. */
  recycle(message: Uint8Array): void {
    if (this.#life.phase !== "closed") this.#parts.buffers.give(message);
  }

  /** What happened since the last call, in order. */
  takeEvents(): TunnelEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  /** Opens a stream and returns its id. Throws TunnelError `closed` after the end or while either side drains. */
  openStream(kind: Exclude<StreamKind, "control">, nowMs: number): number {
    if (this.#life.mayOpen) return this.#parts.streams.openLocal(kind, nowMs).id;
    throw new TunnelError("closed", "the tunnel opens no more streams", { scope: "stream" });
  }

  /** Keeps bytes for sending, by reference. Returns the offset after them, undefined where the half is over. */
  write(id: number, bytes: Uint8Array): number | undefined {
    return this.#calls.write(id, bytes);
  }

  /** Sends END after what was written. Throws `invalid-request` for the control stream, as `reset` and `stop` do. */
  end(id: number): void {
    this.#calls.end(id);
  }

  /** The next bytes in order, null for END once, undefined where nothing is here. Returned bytes count as consumed. */
  read(id: number): Uint8Array | null | undefined {
    const bytes = this.#calls.read(id);
    if (bytes === null) this.#life.closeIfDrained();
    return bytes;
  }

  /** Ends both halves of a stream with a code. */
  reset(id: number, code: Code): void {
    this.#calls.reset(id, code);
  }

  /** Reads no more of a stream and asks the peer to stop. */
  stop(id: number, code: Code): void {
    this.#calls.stop(id, code);
    this.#life.closeIfDrained();
  }

  /** Offset up to which the peer lets a stream send. */
  sendLimit(id: number): number {
    return this.#parts.streams.get(id)?.send.limit ?? 0;
  }

  /** Bytes of a live stream that the peer acknowledged; undefined where the stream is over. */
  acknowledgedBytes(id: number): number | undefined {
    const send = this.#parts.streams.get(id)?.send;
    return send === undefined ? undefined : Math.min(send.acknowledged, send.written);
  }

  /** Opens nothing new; closes by itself when all streams are over. */
  drain(): void {
    this.#life.drain();
  }

  /** Tells every live path CLOSE and frees everything. Idempotent. */
  close(code: Code, reason: string): void {
    this.#life.close(new TunnelError(code, reason));
  }

  /** Where this side stands in the streams that the peer knows. */
  standings(): StreamStanding[] {
    const known = [...this.#parts.streams.all()].filter((stream) => stream.isKnownToPeer);
    return known.map(({ id, receive }) => ({ id, received: receive.received, limit: receive.window.limit }));
  }

  /** Takes the peer's standings as ACK and WINDOW: only maxima count. Throws where they claim what was never sent. */
  applyStandings(standings: readonly StreamStanding[], nowMs: number): void {
    for (const { id, received, limit } of standings) {
      if (this.#parts.streams.get(id) === undefined) continue;
      this.#frames.apply({ type: "ack", id, offset: received, ranges: [] }, nowMs);
      if (this.#parts.streams.get(id) === undefined) continue;
      this.#frames.apply({ type: "window", id, limit }, nowMs);
    }
    this.#pathLife.settle(nowMs);
  }

  #apply(frame: Frame, path: PathEntry, nowMs: number): void {
    switch (frame.type) {
      case "ping":
        path.pongDue = frame.nonce;
        return;
      case "pong":
        if (!path.pong(frame.nonce, nowMs)) return;
        this.#pathLife.answered(path);
        if (path.tellsRoundTrip(nowMs)) this.#events.push({ type: "path-rtt", pathId: path.pathId });
        return;
      case "streams":
        this.#parts.streams.raiseLocalLimit(frame.limit);
        return;
      case "path-abandoned": {
        const code = codeFromWire(frame.code);
        this.#pathLife.lose(frame.pathId, { code, reason: "the peer gave it up", origin: "remote" }, nowMs);
        return;
      }
      case "drain":
        this.#life.peerDrains();
        return;
      case "close":
        this.#life.closedByPeer(new TunnelError(codeFromWire(frame.code), frame.reason, { origin: "remote" }));
        return;
      default:
        if (frame.type === "stream" && frame.id !== controlStreamId && !path.carriesApp) {
          throw new TunnelError("protocol-error", "app bytes came on a path that may not carry them", {
            scope: "path",
            origin: "remote",
          });
        }
        if (frame.type === "stream") path.noteBytes(frame.bytes.length, nowMs);
        this.#frames.apply(frame, nowMs);
        this.#life.closeIfDrained();
    }
  }
}
