/**
 * The live paths of a tunnel, and which of them carries what.
 * Invariant: a path id is used once in a tunnel's life.
 */
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { PathEntry, type PathOptions } from "./path-entry.ts";
import type { PathKind } from "./path-kind.ts";
import { RangeSet } from "./range-set.ts";
import type { Typing } from "./typing.ts";
import { YieldingWindow } from "./yielding-window.ts";

/** What a path carries now of app streams: nothing, sparse flows, bulk, or both. */
export type AppShare = "none" | "interactive" | "bulk" | "all";

/** Better kinds first; frames take the best rank that is up. */
const ranks: Readonly<Record<PathKind, number>> = { relay: 0, turn: 1, direct: 2 };
const trustedStanding = 3;

/** All live paths. */
export class PathTable {
  readonly #entries = new Map<number, PathEntry>();
  readonly #seen = new RangeSet();
  readonly #typing: Typing;
  readonly #yielding = new YieldingWindow();

  constructor(typing: Typing) {
    this.#typing = typing;
  }

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
    return entry;
  }

  remove(pathId: number): PathEntry | undefined {
    const entry = this.#entries.get(pathId);
    this.#entries.delete(pathId);
    return entry;
  }

  /** Forgets all live paths; seen ids stay seen. */
  clear(): void {
    this.#entries.clear();
  }

  /** True where app streams can be sent. */
  get canCarryApp(): boolean {
    for (const entry of this.#entries.values()) if (entry.carriesApp) return true;
    return false;
  }

  /** True where frames other than PING and PONG go on a path: of the best kind that is trusted, else of the best. */
  isPreferred(entry: PathEntry): boolean {
    for (const other of this.#entries.values()) if (standing(other) > standing(entry)) return false;
    return true;
  }

  /**
   * True where acknowledgements may go on a path: the one that brought bytes last, where some came just now, else a
   * preferred one. The peer may have left a path that this side still trusts, and would hear nothing on it.
   */
  mayAnswer(entry: PathEntry, nowMs: number): boolean {
    let bringing: PathEntry | undefined;
    for (const other of this.#entries.values()) {
      if (nowMs - other.broughtBytesMs >= limits.answerFreshMs || other.trust !== "trusted" || other.roomBytes <= 0)
        continue;
      if (bringing === undefined || other.broughtBytesMs > bringing.broughtBytesMs) bringing = other;
    }
    return bringing === undefined ? this.isPreferred(entry) : bringing === entry;
  }

  /** All paths, the one that brought bytes last first: what is acknowledged where it came from surely gets through. */
  inAnswerOrder(): PathEntry[] {
    return [...this.#entries.values()].sort((one, other) => compare(other.broughtBytesMs, one.broughtBytesMs));
  }

  /**
   * What a path carries of app streams: where several share the work, the youngest one is kept free of bulk. So bulk stays
   * where it has proved its rate, and sparse flows get a path whose queue was never filled. But it does not stay behind
   * where all that carry it are full and crawl.
   */
  appShare(entry: PathEntry, nowMs: number): AppShare {
    if (!entry.carriesApp) return "none";
    const sparsest = this.#sparsest() ?? entry;
    if (standing(sparsest) > standing(entry)) return "none";
    if (entry !== sparsest) return sparsest.roomBytes > 0 ? "bulk" : "all";
    return this.#isAlone(sparsest) || this.#othersCrawl(sparsest, nowMs) ? "all" : "interactive";
  }

  /** True where no other path shares the work with the one of sparse flows. */
  #isAlone(sparsest: PathEntry): boolean {
    for (const other of this.#entries.values()) {
      if (other !== sparsest && other.carriesApp && standing(other) >= standing(sparsest)) return false;
    }
    return true;
  }

  /** True where the paths that carry bulk take no more of it and together move less than this one's smallest cap would. */
  #othersCrawl(youngest: PathEntry, nowMs: number): boolean {
    const roundTripMs = youngest.keepalive.roundTripMs;
    if (roundTripMs === undefined) return false;
    let bytesPerSecond = 0;
    for (const other of this.#entries.values()) {
      if (other === youngest || !other.carriesApp || standing(other) < standing(youngest)) continue;
      if (other.roomBytes > 0 && this.hasBulkRoom(other, nowMs)) return false;
      bytesPerSecond += other.drainBytesPerSecond(nowMs);
    }
    return bytesPerSecond * (roundTripMs / 1_000) < limits.dataChannelMessageBytes;
  }

  /** True where a path may take bulk now, after what is under way on it and, while somebody types, on all. */
  hasBulkRoom(path: PathEntry, nowMs: number): boolean {
    const { shortestMs, count } = this.#wayOf(path);
    // Over a short way a round trip is made of waiting processors; the library's queue is bound enough for one path.
    if (count === 1 && shortestMs <= limits.bulkPathRttMs) return true;
    return path.bulkRoomBytes(shortestMs, count) > 0 && this.#letsJoin(nowMs);
  }

  /** Bytes landed: while somebody types, what a key waits for is measured once a round trip. */
  landed(nowMs: number): void {
    if (this.#yielding.wantsRoundTrip) this.#sparsest()?.keepalive.probe(nowMs);
  }

  /** A path answered a PING. */
  answered(path: PathEntry): void {
    const { lastRoundTripMs } = path.keepalive;
    if (lastRoundTripMs === undefined || path !== this.#sparsest()) return;
    this.#yielding.measured(lastRoundTripMs, lastRoundTripMs - this.#wayOf(path).shortestMs);
  }

  /** Has the window follow who types; true where bulk may join what is on its way. */
  #letsJoin(nowMs: number): boolean {
    if (!this.#typing.isOn(nowMs)) {
      this.#yielding.end();
      return true;
    }
    let inFlightBytes = 0;
    // What a doubted path holds may stay there for long: others must not wait for it.
    for (const { trust, flights } of this.#entries.values())
      if (trust === "trusted") inFlightBytes += flights.inFlightBytes;
    this.#yielding.begin(this.#typing.spell, inFlightBytes);
    return this.#yielding.allows(inFlightBytes);
  }

  /** The path on which keys go: the youngest of those that carry app streams best. */
  #sparsest(): PathEntry | undefined {
    let sparsest: PathEntry | undefined;
    for (const path of this.#entries.values()) {
      if (!path.carriesApp) continue;
      const better = sparsest === undefined ? 1 : standing(path) - standing(sparsest);
      if (better > 0 || (better === 0 && path.pathId > (sparsest?.pathId ?? 0))) sparsest = path;
    }
    return sparsest;
  }

  /** The paths that lead the same way: how many, and the shortest of their round trips, which is the way's. */
  #wayOf({ kind }: PathEntry): { readonly shortestMs: number; readonly count: number } {
    let shortestMs = Number.POSITIVE_INFINITY;
    let count = 0;
    // Others may only know how long queues are.
    for (const other of this.#entries.values()) {
      if (other.kind !== kind) continue;
      shortestMs = Math.min(shortestMs, other.keepalive.shortestRoundTripMs ?? shortestMs);
      count += 1;
    }
    return { shortestMs, count };
  }

  /** True where something other than a path could carry what it carries now, as good a kind or any. */
  hasOther(entry: PathEntry, isApp: boolean, isAnyKind: boolean): boolean {
    for (const other of this.#entries.values()) {
      if (other === entry || other.trust !== "trusted" || (isApp && !other.carriesApp)) continue;
      if (isAnyKind || ranks[other.kind] >= ranks[entry.kind]) return true;
    }
    return false;
  }
}

/** How good a path is now: any trusted one before any doubted one, then by kind. */
function standing({ kind, trust }: PathEntry): number {
  return trust === "trusted" ? trustedStanding + ranks[kind] : ranks[kind];
}

function compare(one: number, other: number): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
