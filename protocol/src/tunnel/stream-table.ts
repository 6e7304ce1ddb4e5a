/**
 * The streams of a tunnel: which live, which may be opened, which are over.
 * Invariant: a stream is in the table until both sides know its end; then only its id is kept.
 */

import { limits } from "../limits.ts";
import type { StreamKind } from "../wire/frame.ts";
import type { Outbox } from "./outbox.ts";
import { ResetPace } from "./reset-pace.ts";
import type { Scheduler } from "./scheduler.ts";
import { Stream } from "./stream.ts";
import { controlStreamId, IdLedger, idOf, indexOf, openerOf, type Role } from "./stream-ids.ts";
import type { Emit } from "./tunnel-events.ts";
import { WindowBudget } from "./window.ts";

/** What a peer grants the other: streams that it may have open at once, and the first window of each. */
export interface PeerLimits {
  readonly streams: number;
  readonly windowBytes: number;
}

/** Where a side stands in a live stream, as the payload of a path's handshake tells it. */
export interface StreamStanding {
  readonly id: number;
  readonly received: number;
  readonly limit: number;
}

/** What the table works with. */
export interface StreamTableOptions {
  readonly role: Role;
  readonly localLimits: PeerLimits;
  readonly remoteLimits: PeerLimits;
  readonly tunnelWindowBytes: number;
  readonly outbox: Outbox;
  readonly scheduler: Scheduler;
  readonly emit: Emit;
}

/** What an id from the peer stands for. */
export type IdStanding = "live" | "finished" | "openable" | "never-opened" | "beyond-limit";

/** The live streams and the ledgers of both openers. */
export class StreamTable {
  readonly control: Stream;
  readonly #options: StreamTableOptions;
  /** What is left for larger windows once every stream that either side may open has its first one. */
  readonly #windowBudget: WindowBudget;
  readonly #live = new Map<number, Stream>();
  /** Indices that we use, bounded by the peer's STREAMS. */
  readonly #local: IdLedger;
  /** Indices that the peer uses, bounded by ours. */
  readonly #remote: IdLedger;
  readonly #resetPace = new ResetPace();

  constructor(options: StreamTableOptions) {
    this.#options = options;
    const { streams, windowBytes } = options.localLimits;
    const reservedBytes = (streams + options.remoteLimits.streams) * windowBytes;
    this.#windowBudget = new WindowBudget(options.tunnelWindowBytes - reservedBytes);
    this.#local = new IdLedger(options.remoteLimits.streams);
    this.#remote = new IdLedger(options.localLimits.streams);
    // The control stream is open from the start on both sides, outside STREAMS and with a window known to both.
    this.control = new Stream({
      id: controlStreamId,
      kind: "control",
      isLocal: options.role === "viewer",
      state: "open",
      openedAtMs: 0,
      sendWindowBytes: limits.initialWindowBytes,
      receiveWindowBytes: limits.initialWindowBytes,
      windowBudget: new WindowBudget(0),
    });
    this.#live.set(controlStreamId, this.control);
  }

  get(id: number): Stream | undefined {
    return this.#live.get(id);
  }

  all(): IterableIterator<Stream> {
    return this.#live.values();
  }

  /** Live app streams. */
  get appCount(): number {
    return this.#live.has(controlStreamId) ? this.#live.size - 1 : this.#live.size;
  }

  /** The limit for the peer's STREAMS. */
  get remoteLimit(): number {
    return this.#options.localLimits.streams + this.#remote.finishedCount - this.#resetPace.held;
  }

  standingOf(id: number): IdStanding {
    if (this.#live.has(id)) return "live";
    const index = indexOf(id);
    const isLocal = openerOf(id) === this.#options.role;
    if ((isLocal ? this.#local : this.#remote).isFinished(index)) return "finished";
    if (isLocal) return "never-opened";
    return index > this.#remote.limit ? "beyond-limit" : "openable";
  }

  /** Opens a stream from this side; it is held until STREAMS admits it. */
  openLocal(kind: StreamKind, nowMs: number): Stream {
    const stream = this.#add(idOf(this.#options.role, this.#local.take()), kind, true, "held", nowMs);
    this.admit();
    return stream;
  }

  /** Takes a stream that the peer opens. */
  openRemote(id: number, kind: StreamKind, nowMs: number): Stream {
    this.#remote.see(indexOf(id));
    return this.#add(id, kind, false, "open", nowMs);
  }

  /** The peer raised its STREAMS limit. */
  raiseLocalLimit(limit: number): void {
    if (this.#local.raise(limit)) this.admit();
  }

  /** True where the peer's STREAMS covers a stream of ours. */
  isWithinLimit(stream: Stream): boolean {
    return !stream.isLocal || indexOf(stream.id) <= this.#local.limit;
  }

  /** Lets held streams start as far as STREAMS goes. */
  admit(): void {
    for (const stream of this.#live.values()) {
      if (!stream.isLocal || stream.id === controlStreamId || !this.isWithinLimit(stream)) continue;
      if (stream.state === "held") {
        stream.advance("admitted");
        stream.openingDue = true;
        this.#options.scheduler.activate(stream);
      } else if (stream.state === "resetting") {
        this.#options.outbox.reset(stream);
      }
    }
  }

  /** Remembers an id that the peer reset before it was opened here. */
  finishUnopened(id: number): void {
    this.#remote.see(indexOf(id));
    this.#release(id, true);
  }

  /** Tells the time: places of reset streams may come back. */
  tick(nowMs: number): void {
    if (this.#resetPace.tick(nowMs)) this.#tellLimit();
  }

  /** When `tick` has something to do. */
  get deadlineMs(): number {
    return this.#resetPace.deadlineMs;
  }

  /** Ends streams whose halves are both over. */
  settle(stream: Stream): void {
    if (!stream.areHalvesOver || !stream.advance("halves-over")) return;
    this.#remove(stream, false);
    this.#options.emit({ type: "stream-finished", id: stream.id });
  }

  /** Removes a stream that was reset; its id stays taken. */
  finishReset(stream: Stream): void {
    this.#remove(stream, true);
  }

  #remove(stream: Stream, wasReset: boolean): void {
    this.#live.delete(stream.id);
    this.#options.outbox.forget(stream);
    stream.abort();
    this.#release(stream.id, wasReset);
  }

  /** Drops everything. */
  clear(): void {
    for (const stream of this.#live.values()) stream.abort();
    this.#live.clear();
  }

  #add(id: number, kind: StreamKind, isLocal: boolean, state: "held" | "open", nowMs: number): Stream {
    const { localLimits, remoteLimits } = this.#options;
    const stream = new Stream({
      id,
      kind,
      isLocal,
      state,
      openedAtMs: nowMs,
      sendWindowBytes: remoteLimits.windowBytes,
      receiveWindowBytes: localLimits.windowBytes,
      windowBudget: this.#windowBudget,
    });
    this.#live.set(id, stream);
    return stream;
  }

  #release(id: number, wasReset: boolean): void {
    if (openerOf(id) === this.#options.role) {
      this.#local.finish(indexOf(id));
      return;
    }
    this.#remote.finish(indexOf(id));
    if (wasReset) this.#resetPace.spend();
    this.#tellLimit();
  }

  /** STREAMS goes at once where the peer waits for it or much of it is untold, else with what goes anyway. */
  #tellLimit(): void {
    const untold = this.remoteLimit - this.#remote.limit;
    if (untold <= 0) return;
    const isBlocked = this.#remote.highest >= this.#remote.limit;
    this.#options.outbox.streams(isBlocked || untold * 4 >= this.#options.localLimits.streams);
  }

  /** The limit that a STREAMS frame tells; from then on the peer may use it. */
  grantStreams(): number {
    this.#remote.raise(this.remoteLimit);
    return this.#remote.limit;
  }
}
