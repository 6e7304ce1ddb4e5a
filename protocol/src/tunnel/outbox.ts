/**
 * Frames that wait for room, apart from stream bytes. Each is made when it is written, from the state of that moment.
 * Invariant: what waits is bounded by the live streams, not by what the peer sends.
 */
import { type Code, codeToWire } from "../codes.ts";
import { limits } from "../limits.ts";
import { frameSize, writeFrame } from "../wire/codec.ts";
import type { WriteCursor } from "../wire/cursor.ts";
import type { Frame } from "../wire/frame.ts";
import type { Answer, AnswerLog } from "./answer-log.ts";
import type { Stream } from "./stream.ts";

/** Answers that wait for a peer that sends and does not read; beyond it they are dropped. */
const answersKept = 8_192;

/** Path losses that are told again when another path goes. */
const abandonedKept = 16;

/** Where waiting frames are written: a message of one path. */
export interface Page {
  readonly cursor: WriteCursor;
  /** Answers that go out are noted in it. */
  readonly log: AnswerLog;
  readonly nowMs: number;
  readonly roundTripMs: number | undefined;
  /** The STREAMS limit, raised by being told. */
  grantStreams(): number;
}

/** Waiting frames and when they must go. */
export class Outbox {
  readonly #acks = new Set<Stream>();
  readonly #windows = new Set<Stream>();
  readonly #resets = new Set<Stream>();
  readonly #stops = new Set<Stream>();
  readonly #resetAcks = new Set<number>();
  readonly #stopAcks = new Set<number>();
  /** Ids that are over here while the peer still sends: what it sent is acknowledged. */
  readonly #finishedAcks = new Map<number, number>();
  readonly #abandoned = new Map<number, Code>();
  readonly #abandonedDue = new Set<number>();
  #ackAtMs = Number.POSITIVE_INFINITY;
  #streamsDue = false;
  #streamsUrgent = false;
  #drainDue = false;
  #isUrgent = false;

  /** True where something waits that deserves a message of its own. */
  get isUrgent(): boolean {
    return this.#isUrgent || this.#streamsUrgent;
  }

  /** When something becomes urgent by itself. */
  get deadlineMs(): number {
    return this.#ackAtMs;
  }

  /** Tells the time: ACKs that waited long enough become urgent. */
  tick(nowMs: number): void {
    if (nowMs < this.#ackAtMs) return;
    this.#ackAtMs = Number.POSITIVE_INFINITY;
    this.#isUrgent = true;
  }

  /** Received bytes are to be acknowledged, at once or soon. */
  ack(stream: Stream, isUrgent: boolean, nowMs: number): void {
    this.#acks.add(stream);
    if (isUrgent || stream.receive.unacknowledgedBytes >= limits.ackEveryBytes) this.#isUrgent = true;
    else if (this.#ackAtMs === Number.POSITIVE_INFINITY) this.#ackAtMs = nowMs + limits.ackDelayMs;
  }

  /** Credit is to be given. An ACK goes with it, so that granted − acknowledged stays within the window. */
  window(stream: Stream): void {
    this.#acks.add(stream);
    this.#windows.add(stream);
    this.#isUrgent = true;
  }

  reset(stream: Stream): void {
    this.#resets.add(stream);
    this.#isUrgent = true;
  }

  stop(stream: Stream): void {
    this.#stops.add(stream);
    this.#isUrgent = true;
  }

  resetAck(id: number): void {
    if (this.#resetAcks.size < answersKept) this.#resetAcks.add(id);
    this.#isUrgent = true;
  }

  stopAck(id: number): void {
    if (this.#stopAcks.size < answersKept) this.#stopAcks.add(id);
    this.#isUrgent = true;
  }

  /** Acknowledges bytes of a stream that is over here. */
  finishedAck(id: number, offset: number): void {
    if (this.#finishedAcks.size >= answersKept) return;
    this.#finishedAcks.set(id, Math.max(offset, this.#finishedAcks.get(id) ?? 0));
    this.#isUrgent = true;
  }

  /** A higher STREAMS limit can be told. */
  streams(isUrgent: boolean): void {
    this.#streamsDue = true;
    this.#streamsUrgent ||= isUrgent;
  }

  drain(): void {
    this.#drainDue = true;
    this.#isUrgent = true;
  }

  abandoned(pathId: number, code: Code): void {
    this.#abandoned.set(pathId, code);
    const oldest = this.#abandoned.keys().next();
    if (this.#abandoned.size > abandonedKept && oldest.done !== true) this.#abandoned.delete(oldest.value);
    this.#abandonedDue.add(pathId);
    this.#isUrgent = true;
  }

  /** Nothing waits for a finished stream any more. */
  forget(stream: Stream): void {
    // The last ACK of a stream must still reach the peer, which may keep its END until then.
    if (this.#acks.has(stream) && stream.receive.hasEnd) this.finishedAck(stream.id, stream.receive.received);
    for (const set of [this.#acks, this.#windows, this.#resets, this.#stops]) set.delete(stream);
  }

  /** A path went: whatever it may have carried is told again. */
  repeat(streams: Iterable<Stream>, isDraining: boolean): void {
    for (const stream of streams) {
      if (stream.state === "resetting") this.reset(stream);
      if (!stream.isKnownToPeer) continue;
      this.window(stream);
      if (stream.receive.state === "stopping") this.stop(stream);
    }
    for (const pathId of this.#abandoned.keys()) this.#abandonedDue.add(pathId);
    this.streams(true);
    if (isDraining) this.drain();
  }

  clear(): void {
    for (const set of [this.#acks, this.#windows, this.#resets, this.#stops]) set.clear();
    for (const answers of [this.#resetAcks, this.#stopAcks, this.#finishedAcks, this.#abandonedDue]) answers.clear();
    this.#abandoned.clear();
    this.#ackAtMs = Number.POSITIVE_INFINITY;
    this.#isUrgent = false;
    this.#streamsUrgent = false;
  }

  /** Answers went down with their path. */
  repeatAnswers(answers: readonly Answer[]): void {
    for (const answer of answers) {
      if (answer.type === "ack") this.finishedAck(answer.id, answer.offset);
      else if (answer.type === "reset-ack") this.resetAck(answer.id);
      else this.stopAck(answer.id);
    }
  }

  /** Writes what waits, as far as there is room; true where it gave credit. */
  write(page: Page): boolean {
    const windows = this.#windows.size;
    this.#isUrgent = !this.#writeAll(page);
    if (this.#acks.size === 0) this.#ackAtMs = Number.POSITIVE_INFINITY;
    return this.#windows.size < windows;
  }

  #writeAll(page: Page): boolean {
    const { cursor } = page;
    for (const pathId of this.#abandonedDue) {
      const code = codeToWire(this.#abandoned.get(pathId) ?? "path-failed");
      if (!put(cursor, { type: "path-abandoned", pathId, code })) return false;
      this.#abandonedDue.delete(pathId);
    }
    if (this.#drainDue) {
      if (!put(cursor, { type: "drain" })) return false;
      this.#drainDue = false;
    }
    if (this.#streamsDue) {
      if (cursor.remaining < streamsFrameBytes) return false;
      put(cursor, { type: "streams", limit: page.grantStreams() });
      this.#streamsDue = false;
      this.#streamsUrgent = false;
    }
    return this.#writeStreamControl(page) && this.#writeAnswers(page) && this.#writeAcks(page);
  }

  #writeStreamControl({ cursor }: Page): boolean {
    for (const stream of this.#resets) {
      const code = codeToWire(stream.resetCode ?? "internal");
      if (!put(cursor, { type: "reset", id: stream.id, kind: stream.kind, code })) return false;
      this.#resets.delete(stream);
    }
    for (const stream of this.#stops) {
      const code = codeToWire(stream.stopCode ?? "internal");
      if (!put(cursor, { type: "stop", id: stream.id, code })) return false;
      this.#stops.delete(stream);
    }
    return true;
  }

  #writeAnswers({ cursor, log }: Page): boolean {
    for (const id of this.#resetAcks) {
      if (!put(cursor, { type: "reset-ack", id })) return false;
      this.#resetAcks.delete(id);
      log.add({ type: "reset-ack", id });
    }
    for (const id of this.#stopAcks) {
      if (!put(cursor, { type: "stop-ack", id })) return false;
      this.#stopAcks.delete(id);
      log.add({ type: "stop-ack", id });
    }
    for (const [id, offset] of this.#finishedAcks) {
      if (!put(cursor, { type: "ack", id, offset, ranges: [] })) return false;
      this.#finishedAcks.delete(id);
      log.add({ type: "ack", id, offset });
    }
    return true;
  }

  #writeAcks({ cursor, log, nowMs, roundTripMs }: Page): boolean {
    for (const stream of this.#acks) {
      const { id, receive } = stream;
      const offset = receive.received;
      if (!put(cursor, { type: "ack", id, offset, ranges: receive.ackRanges() })) return false;
      receive.markAcknowledged();
      this.#acks.delete(stream);
      // The stream may be over before this ACK is known to have arrived.
      if (receive.hasEnd) log.add({ type: "ack", id, offset });
    }
    for (const stream of this.#windows) {
      if (cursor.remaining < windowFrameBytes) return false;
      put(cursor, { type: "window", id: stream.id, limit: stream.receive.window.grant(nowMs, roundTripMs) });
      this.#windows.delete(stream);
    }
    return true;
  }
}

/** The largest STREAMS and WINDOW frames: their limits are raised by being told, so room is checked before. */
const streamsFrameBytes = 9;
const windowFrameBytes = 17;

/** Writes a frame where there is room for it. */
function put(cursor: WriteCursor, frame: Frame): boolean {
  if (frameSize(frame) > cursor.remaining) return false;
  writeFrame(cursor, frame);
  return true;
}
