/**
 * Life signs of one path: when to ping, when it is dead, how long a round trip takes.
 * Invariant: a path dies only after this process was awake for the whole time that it is given and heard nothing on it.
 */
import { limits } from "../limits.ts";

const never = Number.POSITIVE_INFINITY;

/** What waits for an answer on a path, as the path table knows it. */
export interface Outstanding {
  /** When the oldest unacknowledged bytes were sent; undefined where there are none. */
  readonly sinceMs: number | undefined;
  /** When bytes that went out on the path were acknowledged last, wherever that came: they passed, so it lives. */
  readonly landedMs: number;
}

/** The keepalive of a path. It pings right after it starts. */
export class Keepalive {
  #lastReceivedMs: number;
  #lastPingMs = Number.NEGATIVE_INFINITY;
  /** Since when a PING is due; undefined where none is. It stays so while the path has no room. */
  #dueSinceMs: number | undefined;
  #nonce = 0;
  #unanswered: { readonly nonce: number; readonly sentMs: number } | undefined;
  /** A deadline that was missed because nothing ran is forgiven once, and counted from then. */
  #forgivenMs: number | undefined;
  #lastRoundTripMs: number | undefined;
  #roundTripMs: number | undefined;
  #shortestRoundTripMs: number | undefined;

  constructor(nowMs: number) {
    this.#lastReceivedMs = nowMs;
    this.#dueSinceMs = nowMs;
  }

  /** The last round trip as it was, undefined before the first sample. */
  get lastRoundTripMs(): number | undefined {
    return this.#lastRoundTripMs;
  }

  /** Smoothed round trip (RFC 6298 §2), undefined before the first sample. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** The shortest round trip so far: what the way itself takes, without queues. */
  get shortestRoundTripMs(): number | undefined {
    return this.#shortestRoundTripMs;
  }

  /** Something authenticated came. */
  received(nowMs: number): void {
    this.#lastReceivedMs = nowMs;
    this.#forgivenMs = undefined;
  }

  /** When something authenticated came last. */
  get lastReceivedMs(): number {
    return this.#lastReceivedMs;
  }

  /** Since when a PING waits for its answer, or for room; undefined where none does. */
  get askedSinceMs(): number | undefined {
    return this.#unanswered?.sentMs ?? this.#dueSinceMs;
  }

  get isPingDue(): boolean {
    return this.#dueSinceMs !== undefined;
  }

  /** A PING is due from now on. */
  askPing(nowMs: number): void {
    this.#dueSinceMs ??= nowMs;
  }

  /** The path is doubted, or a fresh round trip is wanted: a PING is due unless one waits for its answer already. */
  probe(nowMs: number): void {
    if (this.#unanswered === undefined) this.askPing(nowMs);
  }

  /** When the next PING becomes due; infinite while one is due or unanswered. */
  pingAtMs(sinceMs: number | undefined): number {
    if (this.#dueSinceMs !== undefined) return never;
    if (this.#unanswered !== undefined && this.#unanswered.sentMs >= (this.#forgivenMs ?? 0)) return never;
    return this.#lastPingMs + (sinceMs === undefined ? limits.idleHeartbeatMs : limits.busyHeartbeatMs);
  }

  /** The nonce of a PING that goes out now. */
  ping(nowMs: number): number {
    this.#nonce += 1;
    this.#lastPingMs = nowMs;
    this.#dueSinceMs = undefined;
    this.#unanswered = { nonce: this.#nonce, sentMs: nowMs };
    return this.#nonce;
  }

  /** A PONG answers its PING and all before it; true where it gave a round trip. */
  pong(nonce: number, nowMs: number): boolean {
    if (this.#unanswered?.nonce !== nonce) return false;
    const sampleMs = nowMs - this.#unanswered.sentMs;
    this.#unanswered = undefined;
    this.#lastRoundTripMs = sampleMs;
    this.#shortestRoundTripMs = Math.min(sampleMs, this.#shortestRoundTripMs ?? sampleMs);
    this.#roundTripMs = this.#roundTripMs === undefined ? sampleMs : this.#roundTripMs * 0.875 + sampleMs * 0.125;
    return true;
  }

  /** When the path is dead if nothing comes for `afterMs`; infinite while nothing waits for an answer. */
  deadAtMs({ sinceMs, landedMs }: Outstanding, afterMs: number): number {
    // A PING that finds no room waits for an answer too: the path takes nothing any more.
    const pingWaitsMs = Math.min(this.#unanswered?.sentMs ?? never, this.#dueSinceMs ?? never);
    const waitingMs = Math.min(sinceMs ?? never, pingWaitsMs);
    if (waitingMs === never) return never;
    return Math.max(waitingMs, this.#lastReceivedMs, landedMs, this.#forgivenMs ?? 0) + afterMs;
  }

  /** True where the path is dead now. A deadline missed by far, as after sleep or a blocked loop, asks once more. */
  isDead(nowMs: number, outstanding: Outstanding, afterMs: number): boolean {
    const deadAtMs = this.deadAtMs(outstanding, afterMs);
    if (nowMs < deadAtMs) return false;
    if (this.#forgivenMs !== undefined || nowMs < deadAtMs + limits.suspectFloorMs) return true;
    this.#forgivenMs = nowMs;
    this.#lastPingMs = Number.NEGATIVE_INFINITY;
    return false;
  }
}
