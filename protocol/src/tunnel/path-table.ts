/**
 * The live paths of a tunnel, what is on its way on each, and which of them frames prefer.
 * Invariant: a path id is used once in a tunnel's life.
 */
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { AnswerLog } from "./answer-log.ts";
import { Keepalive } from "./keepalive.ts";
import type { PathKind } from "./path-kind.ts";
import { RangeSet } from "./range-set.ts";
import type { Stream } from "./stream.ts";

/** What the core is told of a path. */
export interface PathOptions {
  /** A positive whole number. */
  readonly pathId: number;
  readonly kind: PathKind;
  /** False on a relay that may carry the control stream only. */
  readonly carriesApp: boolean;
  /** Largest message before sealing. */
  readonly maxPlaintextBytes: number;
}

/** Bytes [from, to) of a stream, END counted as one, that went out on a path. */
interface Flight {
  readonly stream: Stream;
  readonly from: number;
  readonly to: number;
  readonly sentMs: number;
}

/** Better kinds first; frames take the best rank that is up. */
const ranks: Readonly<Record<PathKind, number>> = { relay: 0, turn: 1, direct: 2 };

/** Round trips are measured far more often than a person can read them. */
const roundTripEveryMs = 1_000;

/** One live path. */
export class PathEntry {
  readonly pathId: number;
  readonly kind: PathKind;
  readonly carriesApp: boolean;
  readonly maxPlaintextBytes: number;
  readonly keepalive: Keepalive;
  /** Bytes that the path takes now. */
  roomBytes = 0;
  /** The peer's last PING that has no PONG yet. */
  pongDue: number | undefined;
  readonly answers = new AnswerLog();
  #roundTripToldMs = Number.NEGATIVE_INFINITY;
  #flights: Flight[] = [];
  #head = 0;

  constructor(options: PathOptions, nowMs: number) {
    this.pathId = options.pathId;
    this.kind = options.kind;
    this.carriesApp = options.carriesApp;
    this.maxPlaintextBytes = options.maxPlaintextBytes;
    this.keepalive = new Keepalive(nowMs);
  }

  /** A PING goes out; returns its nonce. */
  ping(nowMs: number): number {
    this.answers.ping();
    return this.keepalive.ping(nowMs);
  }

  /** A PONG came; true where it gave a round trip that is worth telling: the first, then one a second. */
  pong(nonce: number, nowMs: number): boolean {
    if (!this.keepalive.pong(nonce, nowMs)) return false;
    this.answers.pong();
    if (nowMs < this.#roundTripToldMs + roundTripEveryMs) return false;
    this.#roundTripToldMs = nowMs;
    return true;
  }

  /** Notes what a message carries. */
  launch(flight: Flight): void {
    this.#flights.push(flight);
  }

  /** When the oldest part that nobody acknowledged went out. */
  get sinceMs(): number | undefined {
    const flights = this.#flights;
    let flight = flights[this.#head];
    while (flight !== undefined && hasLanded(flight)) {
      this.#head += 1;
      flight = flights[this.#head];
    }
    if (this.#head === flights.length) {
      if (flights.length > 0) this.#flights = [];
      this.#head = 0;
    } else if (this.#head > 1_024) {
      this.#flights = flights.slice(this.#head);
      this.#head = 0;
    }
    return flight?.sentMs;
  }

  /** Takes everything that is not acknowledged, for sending elsewhere. */
  takeFlights(): readonly Flight[] {
    const left = this.#flights.slice(this.#head).filter((flight) => !hasLanded(flight));
    this.#flights = [];
    this.#head = 0;
    return left;
  }

  /** True where data waits without progress: a replacement may be begun, nothing is given up yet. */
  isSuspect(nowMs: number): boolean {
    const sinceMs = this.sinceMs;
    if (sinceMs === undefined) return false;
    return nowMs - sinceMs > Math.max(3 * (this.keepalive.roundTripMs ?? 0), limits.suspectFloorMs);
  }
}

/** All live paths. */
export class PathTable {
  readonly #entries = new Map<number, PathEntry>();
  readonly #seen = new RangeSet();
  #bestRank = -1;

  get size(): number {
    return this.#entries.size;
  }

  get(pathId: number): PathEntry | undefined {
    return this.#entries.get(pathId);
  }

  all(): IterableIterator<PathEntry> {
    return this.#entries.values();
  }

  hasSeen(pathId: number): boolean {
    return this.#seen.has(pathId);
  }

  /** Throws TunnelError `already-used` (scope path) for an id that was used before. */
  add(options: PathOptions, nowMs: number): PathEntry {
    const { pathId } = options;
    if (this.#seen.has(pathId)) {
      throw new TunnelError("already-used", `path ${pathId} was used before in this tunnel`, { scope: "path" });
    }
    this.#seen.add(pathId, pathId + 1);
    const entry = new PathEntry(options, nowMs);
    this.#entries.set(pathId, entry);
    this.#rank();
    return entry;
  }

  remove(pathId: number): PathEntry | undefined {
    const entry = this.#entries.get(pathId);
    this.#entries.delete(pathId);
    this.#rank();
    return entry;
  }

  /** Forgets all live paths; seen ids stay seen. */
  clear(): void {
    this.#entries.clear();
    this.#rank();
  }

  /** True where no better kind of path is up: frames other than PING and PONG keep to these. */
  isPreferred(entry: PathEntry): boolean {
    return ranks[entry.kind] === this.#bestRank;
  }

  /** True where app streams can be sent. */
  get canCarryApp(): boolean {
    for (const entry of this.#entries.values()) if (entry.carriesApp) return true;
    return false;
  }

  #rank(): void {
    this.#bestRank = -1;
    for (const { kind } of this.#entries.values()) this.#bestRank = Math.max(this.#bestRank, ranks[kind]);
  }
}

function hasLanded({ stream, to }: Flight): boolean {
  if (stream.state === "resetting" || stream.state === "finished") return true;
  if (stream.send.state !== "writing" && stream.send.state !== "ending") return true;
  return stream.send.acknowledged >= to && stream.state !== "opening";
}
