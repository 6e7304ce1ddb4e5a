/** One live path, as the core sees it: its life signs, its flights, its pace and the doubts about it. */
import { limits } from "../limits.ts";
import { AnswerLog } from "./answer-log.ts";
import { Keepalive, type Outstanding } from "./keepalive.ts";
import { PathFlights } from "./path-flights.ts";
import type { PathKind } from "./path-kind.ts";
import { freshMs, PathPace } from "./path-pace.ts";

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

/**
 * trusted: nothing is wrong. late: bytes took too long, other paths take over until it answers. suspect: bytes wait and
 * nothing moves at all.
 */
export type PathTrust = "trusted" | "late" | "suspect";

/**
 * A receiver that only takes speaks up so long after bulk came last, and so often: WebRTC stacks hold the acknowledgement of
 * an odd last packet back for up to 200 ms (RFC 9260 §6.2) unless something goes out that can carry it, and usrsctp takes
 * for lost what is older than the usual round trip.
 */
const speaksUpForMs = 1_000;
const speaksUpEveryMs = limits.ackDelayMs;

/** Round trips are measured far more often than a person can read them. */
const roundTripEveryMs = 1_000;

/** One live path. */
export class PathEntry {
  readonly pathId: number;
  readonly kind: PathKind;
  readonly carriesApp: boolean;
  readonly maxPlaintextBytes: number;
  readonly keepalive: Keepalive;
  readonly answers = new AnswerLog();
  readonly flights = new PathFlights();
  readonly pace = new PathPace();
  /** Bytes that the path takes now. */
  roomBytes = 0;
  /** The peer's last PING that has no PONG yet. */
  pongDue: number | undefined;
  /** The nonce of the last PONG. */
  #pongGiven: number | undefined;
  #broughtBulkMs = Number.NEGATIVE_INFINITY;
  #spokeMs = Number.NEGATIVE_INFINITY;
  #broughtBytesMs = Number.NEGATIVE_INFINITY;
  /** True where bytes came that no PING followed: silence after them is asked about. */
  #isSilenceOpen = false;
  trust: PathTrust = "trusted";
  #roundTripToldMs = Number.NEGATIVE_INFINITY;
  /** When a PONG came last: it shows movement, as a landing does. */
  #answeredMs = Number.NEGATIVE_INFINITY;
  /** True where all that a suspect path may have carried is to be told again, once another path can. */
  isRepeatDue = false;
  /** When short frames went out that no PING followed yet. */
  #toldMs: number | undefined;
  /** True where it was noticed that a PING waits too long for its answer. */
  #isAnswerLate = false;
  /** Since when the bytes were under way that were taken from the path; undefined where none were. */
  #lateSinceMs: number | undefined;

  constructor(options: PathOptions, nowMs: number) {
    this.pathId = options.pathId;
    this.kind = options.kind;
    this.carriesApp = options.carriesApp;
    this.maxPlaintextBytes = options.maxPlaintextBytes;
    this.keepalive = new Keepalive(nowMs);
  }

  /** When the path last brought bytes of a stream: acknowledgements go where bytes come from. */
  get broughtBytesMs(): number {
    return this.#broughtBytesMs;
  }

  /** The path brought a part of a stream. */
  noteBytes(byteCount: number, nowMs: number): void {
    this.#broughtBytesMs = nowMs;
    if (byteCount >= limits.longPartBytes) this.#broughtBulkMs = nowMs;
    this.#isSilenceOpen = true;
  }

  /** A message goes out. */
  noteSpoke(nowMs: number): void {
    this.#spokeMs = nowMs;
  }

  /** The nonce of the PONG that goes out now, a repeated one where the path speaks up; undefined where none is. */
  takePong(): number | undefined {
    if (this.pongDue === undefined) return undefined;
    this.#pongGiven = this.pongDue;
    this.pongDue = undefined;
    return this.#pongGiven;
  }

  /** When the path is to speak up for what came; infinite where nothing did, the way is short, or a relay, which has no SCTP. */
  get speaksUpAtMs(): number {
    const { shortestRoundTripMs = 0 } = this.keepalive;
    const isLongWay = this.kind !== "relay" && shortestRoundTripMs > limits.bulkPathRttMs;
    if (!isLongWay || this.#pongGiven === undefined || this.pongDue !== undefined) return Number.POSITIVE_INFINITY;
    const atMs = Math.max(this.#broughtBytesMs, this.#spokeMs) + speaksUpEveryMs;
    return atMs < this.#broughtBulkMs + speaksUpForMs ? atMs : Number.POSITIVE_INFINITY;
  }

  /** The last PONG is due once more. */
  speakUp(): void {
    this.pongDue ??= this.#pongGiven;
  }

  /**
   * When the next PING becomes due. Who only receives would take a path that broke for a peer that has nothing to say: so
   * silence after bytes is asked about as soon as it is long.
   */
  get pingAtMs(): number {
    const regularMs = this.keepalive.pingAtMs(this.unconfirmedSinceMs);
    if (!this.#isSilenceOpen || this.keepalive.askedSinceMs !== undefined) return regularMs;
    return Math.min(regularMs, this.#broughtBytesMs + this.#suspectAfterMs);
  }

  /** A PING goes out; returns its nonce. */
  ping(nowMs: number): number {
    this.#isSilenceOpen = false;
    this.#toldMs = undefined;
    this.answers.ping();
    return this.keepalive.ping(nowMs);
  }

  /** A PONG came; true where it gave a round trip. */
  pong(nonce: number, nowMs: number): boolean {
    if (!this.keepalive.pong(nonce, nowMs)) return false;
    this.answers.pong();
    this.#answeredMs = nowMs;
    return true;
  }

  /** True where a round trip is worth telling: the first, then one a second. */
  tellsRoundTrip(nowMs: number): boolean {
    if (nowMs < this.#roundTripToldMs + roundTripEveryMs) return false;
    this.#roundTripToldMs = nowMs;
    return true;
  }

  /** Frames went out that nobody acknowledges: only a PONG shows that they came through. */
  noteTold(nowMs: number): void {
    this.#toldMs ??= nowMs;
  }

  /** Since when something waits to be confirmed, so that PINGs are due more often. */
  get unconfirmedSinceMs(): number | undefined {
    return this.sinceMs ?? this.#toldMs;
  }

  /** What waits for an answer. */
  get outstanding(): Outstanding {
    return { sinceMs: this.sinceMs, landedMs: this.flights.lastLandingMs };
  }

  /** When the oldest part went out that nobody acknowledged, or that was late and taken. */
  get sinceMs(): number | undefined {
    return this.#lateSinceMs ?? this.flights.oldest?.sentMs;
  }

  /** What bytes usually take, queues included. */
  get #usualMs(): number | undefined {
    const { roundTripMs } = this.keepalive;
    const { tookMs } = this.pace;
    return roundTripMs === undefined ? tookMs : Math.max(roundTripMs, tookMs ?? 0);
  }

  /** When the path becomes suspect if nothing moves; infinite where nothing waits, or it is suspect already. */
  get suspectAtMs(): number {
    if (this.trust === "suspect") return Number.POSITIVE_INFINITY;
    const bytesSinceMs = this.sinceMs ?? Number.POSITIVE_INFINITY;
    const askedSinceMs = this.#askedSinceMs;
    const stillSinceMs = Math.max(Math.min(bytesSinceMs, askedSinceMs), this.#lastMovementMs, this.#answeredMs);
    return stillSinceMs + this.#suspectAfterMs;
  }

  /**
   * Since when a PING waits while nothing came at all. A PONG waits behind the peer's bulk; but bulk keeps coming only where
   * what acknowledges it gets through.
   */
  get #askedSinceMs(): number {
    const { askedSinceMs, lastReceivedMs } = this.keepalive;
    return askedSinceMs === undefined ? Number.POSITIVE_INFINITY : Math.max(askedSinceMs, lastReceivedMs);
  }

  /** When the path itself moved last: where another one brought the news late, when it would have come by this one. */
  get #lastMovementMs(): number {
    const { lastLandingMs, lastLandedSentMs } = this.flights;
    const usualMs = this.#usualMs;
    return usualMs === undefined ? lastLandingMs : Math.min(lastLandingMs, lastLandedSentMs + usualMs);
  }

  get #suspectAfterMs(): number {
    if (this.#usualMs === undefined) return limits.firstAnswerMs;
    // Long queues make long round trips; a path on which nothing at all moves is no better for them.
    return Math.min(Math.max(3 * this.#usualMs, limits.suspectFloorMs), limits.deadAfterMs);
  }

  /** How long bytes may be under way before they are late. */
  lateAfterMs(isThin: boolean): number {
    if (this.#usualMs === undefined) return limits.firstAnswerMs;
    if (isThin) return this.#usualMs + limits.thinLateMs;
    return Math.max(2 * this.#usualMs, limits.lateFloorMs);
  }

  /**
   * When a PING has waited so long that what went out before it is told again elsewhere, though old bytes may keep coming:
   * short frames have no flights, and a queue of minutes may stand before them.
   */
  get answerLateAtMs(): number {
    const { askedSinceMs } = this.keepalive;
    if (askedSinceMs === undefined || this.#isAnswerLate) return Number.POSITIVE_INFINITY;
    return askedSinceMs + limits.deadAfterMs;
  }

  /** A PING waits too long: other paths take over until it is answered. */
  noteAnswerLate(): void {
    this.#isAnswerLate = true;
    if (this.trust === "trusted") this.trust = "late";
  }

  /** Bytes were late and go again elsewhere. */
  noteLate(sinceMs: number, nowMs: number): void {
    if (this.trust === "trusted") this.trust = "late";
    this.#lateSinceMs ??= sinceMs;
    this.pace.penalize();
    this.keepalive.probe(nowMs);
  }

  /** Nothing moves: whatever is taken from it now, it was under way since then. */
  noteSuspect(nowMs: number): void {
    this.trust = "suspect";
    this.isRepeatDue = true;
    this.#lateSinceMs ??= this.flights.oldest?.sentMs;
    this.keepalive.probe(nowMs);
  }

  /** The path answered: true where it was doubted. */
  trustAgain(): boolean {
    const wasDoubted = this.trust !== "trusted";
    this.trust = "trusted";
    this.isRepeatDue = false;
    this.#isAnswerLate = false;
    this.#lateSinceMs = undefined;
    return wasDoubted;
  }

  /** Bytes a second at which the path gets rid of what it carries; infinite where nothing shows it to be slow. */
  drainBytesPerSecond(nowMs: number): number {
    const { oldest } = this.flights;
    if (oldest === undefined) return Number.POSITIVE_INFINITY;
    const bytesPerSecond = this.pace.bytesPerSecond(nowMs);
    return bytesPerSecond > 0 || nowMs - oldest.sentMs > freshMs ? bytesPerSecond : Number.POSITIVE_INFINITY;
  }

  /** Bytes of bulk that may join those under way; of the `sharers` that lead the same way, the shortest round trip. */
  bulkRoomBytes(shortestRoundTripMs: number, sharers: number): number {
    return this.pace.capBytes(shortestRoundTripMs, sharers) - this.flights.inFlightBytes;
  }
}
