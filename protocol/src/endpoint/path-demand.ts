/**
 * How many data channel paths a tunnel should have now. Pure: told samples of traffic and time.
 *
 * One SCTP association does not fill a long link: it grows slowly after a loss, whatever the link could take. Several do.
 * So while bytes flow on and on over a way that is long enough for it, paths are added by stages, and a stage follows
 * only where the one before brought something. The youngest path is kept for sparse flows as soon as there are others, so
 * the first stage adds two.
 * Invariant: the number rises by stages up to `limits.maxBulkPaths`, and falls only after a while without bulk, to one.
 */
import { limits } from "../limits.ts";

/** What the paths did since the last sample. */
export interface DemandSample {
  readonly nowMs: number;
  /** Over all data channel paths, in the direction that carries more. */
  readonly bytesPerSecond: number;
  /** The shortest round trip that any of them ever had: queues that bulk makes itself do not count. */
  readonly shortestRttMs: number | undefined;
  /** Data channel paths that are up. */
  readonly paths: number;
  /** False where the best path is turn: a server would carry the same bytes for each. */
  readonly isDirect: boolean;
}

/** More than a page of its own accord keeps up: less is carried by one path as well, if the path is in good shape. */
const busyBytesPerSecond = 512 * 1024;
/**
 * An association that loses packets carries little, however much there is: at 2 % loss about 8 packets a round trip
 * (Mathis et al. 1997: 1.22 ÷ √loss). So this much a round trip that goes on and on counts as bulk too.
 */
const crawlingBytesPerRoundTrip = 6 * 1024;
/** Once there are several paths, less than half of what counts as bulk is idle. */
const idleShare = 0.5;
/** Bytes must flow for so long before the first stage: a page's load is over by then. */
const busyForMs = 900;
const crawlingForMs = 1_400;
/** A stage is judged after so long with all its paths: a new association needs some round trips to grow. */
const stageMs = 1_400;
/** Paths that do not come up hold a stage back for so long at most. */
const stageWaitMs = 6_000;
/** What a stage must bring. Four paths in place of one give up to three times as much, eight in place of four 2.3 times. */
const worthwhileGain = 1.15;
/**
 * A stage that brought nothing is followed by another try after so long, doubled each time. The first comes soon: an
 * association that lost nothing yet may have been as fast as the link for a second, and will not be again.
 */
const firstRetryMs = 5_000;

/** Attempts that failed are followed by others after so long, doubled each time: they cost both sides and the server. */
const firstRefusalMs = 15_000;

/** Numbers of paths, stage by stage. One of several carries no bulk, so bulk has 1, 3, 7. */
const stages = [1, 4, limits.maxBulkPaths] as const;

/** The demand of one tunnel. */
export class PathDemand {
  #stage = 0;
  /** Since when bulk flows; since when it flows faster than a page of its own accord. */
  #busySinceMs: number | undefined;
  #fastSinceMs: number | undefined;
  #lastBusyMs = Number.NEGATIVE_INFINITY;
  /** When the current stage was entered, and when its paths were complete. */
  #stageSinceMs = 0;
  #completeSinceMs: number | undefined;
  /** The rate of late, smoothed over a second or two: one sample may catch a burst of queues that empty. */
  #bytesPerSecond = 0;
  /** What the stage before gave in the end. */
  #referenceBytesPerSecond = 0;
  #holdUntilMs = Number.NEGATIVE_INFINITY;
  #refusedUntilMs = Number.NEGATIVE_INFINITY;
  #retryMs = firstRetryMs;
  #refusalMs = firstRefusalMs;

  /** Paths wanted now. */
  get wanted(): number {
    return stages[this.#stage] ?? 1;
  }

  /** When `rest` lets go of added paths if no sample shows bulk before; infinite where there is nothing to let go. */
  get restAtMs(): number {
    return this.#stage === 0 ? Number.POSITIVE_INFINITY : this.#lastBusyMs + limits.bulkPathIdleMs;
  }

  /** Takes a sample; returns the paths wanted from now on. */
  sample(sample: DemandSample): number {
    const { nowMs, bytesPerSecond, paths } = sample;
    const share = this.#stage === 0 ? 1 : idleShare;
    const isBusy = bytesPerSecond >= share * bulkBytesPerSecond(sample);
    this.#busySinceMs = isBusy ? (this.#busySinceMs ?? nowMs) : undefined;
    if (isBusy) this.#lastBusyMs = nowMs;
    this.#fastSinceMs = bytesPerSecond >= busyBytesPerSecond ? (this.#fastSinceMs ?? nowMs) : undefined;
    this.rest(nowMs);
    this.#bytesPerSecond = (this.#bytesPerSecond + bytesPerSecond) / 2;
    if (!sample.isDirect) this.#reset();
    else if (isBusy && this.#mayGrow(sample)) this.#enter(this.#stage + 1, nowMs);
    if (paths >= this.wanted) this.#completeSinceMs ??= nowMs;
    return this.wanted;
  }

  /** Tells the time where no samples come: paths that no bulk used for a while are not wanted any more. */
  rest(nowMs: number): number {
    if (nowMs >= this.restAtMs) this.#reset();
    return this.wanted;
  }

  /** True where a path that is missing may be opened now: bulk flows, and no attempt failed lately. */
  mayOpen(nowMs: number): boolean {
    return this.#busySinceMs !== undefined && nowMs >= this.#refusedUntilMs;
  }

  /** A path that was wanted did not come up, or is of no use: what is there must do for a while. */
  refused(nowMs: number): void {
    // Attempts are made several at once, and fail so.
    if (nowMs < this.#refusedUntilMs) return;
    this.#refusedUntilMs = nowMs + this.#refusalMs;
    this.#holdUntilMs = this.#refusedUntilMs;
    this.#refusalMs *= 2;
  }

  #mayGrow({ nowMs, shortestRttMs, paths }: DemandSample): boolean {
    if (shortestRttMs === undefined || shortestRttMs <= limits.bulkPathRttMs) return false;
    if (this.#stage + 1 >= stages.length || nowMs < this.#holdUntilMs) return false;
    if (this.#stage === 0) return this.#hasLasted(nowMs);
    const isComplete = this.#completeSinceMs !== undefined && nowMs - this.#completeSinceMs >= stageMs;
    if (!isComplete && nowMs - this.#stageSinceMs < stageWaitMs) return false;
    if (paths > 1 && this.#bytesPerSecond >= worthwhileGain * this.#referenceBytesPerSecond) return true;
    this.#hold(nowMs);
    return false;
  }

  #hasLasted(nowMs: number): boolean {
    const fastForMs = nowMs - (this.#fastSinceMs ?? nowMs);
    return fastForMs >= busyForMs || nowMs - (this.#busySinceMs ?? nowMs) >= crawlingForMs;
  }

  #enter(stage: number, nowMs: number): void {
    this.#referenceBytesPerSecond = this.#bytesPerSecond;
    this.#stage = stage;
    this.#stageSinceMs = nowMs;
    this.#completeSinceMs = undefined;
  }

  #hold(nowMs: number): void {
    this.#holdUntilMs = nowMs + this.#retryMs;
    this.#retryMs *= 2;
    // The next try is free: a link may have changed since. What is slow of itself needs no more paths, though.
    if (this.#bytesPerSecond >= busyBytesPerSecond) this.#referenceBytesPerSecond = 0;
  }

  #reset(): void {
    this.#stage = 0;
    this.#busySinceMs = undefined;
    this.#fastSinceMs = undefined;
    this.#bytesPerSecond = 0;
    this.#referenceBytesPerSecond = 0;
    this.#holdUntilMs = Number.NEGATIVE_INFINITY;
    this.#retryMs = firstRetryMs;
    this.#refusalMs = firstRefusalMs;
  }
}

/** What counts as bulk on a way of this length. */
function bulkBytesPerSecond({ shortestRttMs }: DemandSample): number {
  if (shortestRttMs === undefined) return busyBytesPerSecond;
  return Math.min(busyBytesPerSecond, (crawlingBytesPerRoundTrip / shortestRttMs) * 1_000);
}
