/**
 * What one side sends on a stream: bytes at offsets, kept by reference until the peer acknowledged them.
 * Invariant: every byte at or after the acknowledged offset is here; END takes the virtual offset after the last byte.
 */
import { TunnelError } from "../errors.ts";
import type { AckRange } from "../wire/frame.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import { RangeSet } from "./range-set.ts";
import { advance, type SendInput, type SendState, sendTransitions } from "./stream-state.ts";

/** A part of the stream to send next. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
  readonly end: boolean;
}

/** The sending half of a stream. */
export class SendHalf {
  #state: SendState = "writing";
  readonly #chunks = new ChunkQueue();
  /** Virtual offset up to which the peer acknowledged without a gap. */
  #acknowledged = 0;
  /** Virtual offset of what was never sent. */
  #fresh = 0;
  /** The peer's window: no byte at or beyond it is sent. */
  #limit: number;
  /** Sent, then lost with its path. */
  readonly #lost = new RangeSet();
  /** Acknowledged beyond a gap. */
  readonly #acknowledgedBeyond = new RangeSet();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get state(): SendState {
    return this.#state;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Bytes written so far. */
  get written(): number {
    return this.#chunks.end;
  }

  /** Virtual offset up to which the peer has everything. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Virtual offset up to which everything was sent at least once. */
  get sent(): number {
    return this.#fresh;
  }

  /** Bytes that are kept for sending or sending again. */
  get retainedBytes(): number {
    return this.#chunks.end - this.#chunks.start;
  }

  /** True where a segment can be sent now. */
  get isWanting(): boolean {
    if (!this.#isLive) return false;
    return !this.#lost.isEmpty || this.#fresh < this.#sendable;
  }

  /** Keeps the bytes by reference; they must not change any more. Ignored after end, stop or abort. */
  write(bytes: Uint8Array): void {
    if (this.#state === "writing" && bytes.length > 0) this.#chunks.push(bytes);
  }

  end(): void {
    this.#advance("end");
  }

  /** The peer's limit; lower ones than before change nothing. True where it rose. */
  raiseLimit(limit: number): boolean {
    if (limit <= this.#limit) return false;
    this.#limit = limit;
    return true;
  }

  /** What to send next, at most `maxBytes` of it: lost parts first. */
  next(maxBytes: number): Segment | undefined {
    if (!this.#isLive) return undefined;
    const lost = this.#lost.first;
    const offset = lost?.from ?? this.#fresh;
    const until = lost?.to ?? this.#sendable;
    if (offset >= until) return undefined;
    const length = Math.min(until, this.written, offset + maxBytes) - offset;
    const end = until > this.written && offset + length === this.written;
    return length > 0 || end ? { offset, length, end } : undefined;
  }

  /** Notes that a segment from `next` is on its way. */
  markSent(segment: Segment): void {
    const to = virtualEnd(segment);
    if (segment.offset < this.#fresh) this.#lost.delete(segment.offset, to);
    else this.#fresh = to;
  }

  /** Copies bytes of a segment to `target`, which has its length. */
  copyTo(target: Uint8Array, offset: number): void {
    this.#chunks.copyTo(target, offset);
  }

  /** What the peer has. Throws `protocol-error` (scope stream) where it claims bytes that were never sent. */
  acknowledge(offset: number, ranges: readonly AckRange[]): void {
    const highest = ranges.at(-1)?.to ?? offset;
    if (highest > this.#fresh && this.#isLive) {
      throw new TunnelError("protocol-error", `the peer acknowledges ${highest}, ${this.#fresh} was sent`, {
        scope: "stream",
        origin: "remote",
      });
    }
    if (!this.#isLive) return;
    for (const { from, to } of ranges) this.#acknowledgedBeyond.add(from, to);
    this.#acknowledged = Math.max(this.#acknowledged, offset);
    const beyond = this.#acknowledgedBeyond.first;
    if (beyond !== undefined && beyond.from <= this.#acknowledged) {
      this.#acknowledged = Math.max(this.#acknowledged, beyond.to);
      this.#acknowledgedBeyond.delete(0, this.#acknowledged);
    }
    this.#lost.delete(0, this.#acknowledged);
    for (const { from, to } of ranges) this.#lost.delete(from, to);
    this.#chunks.dropBefore(Math.min(this.#acknowledged, this.written));
    if (this.#acknowledged > this.written) this.#advance("all-acknowledged");
  }

  /** True where the peer has all of [from, to), END counted. */
  hasAcknowledged(from: number, to: number): boolean {
    if (to <= this.#acknowledged) return true;
    return this.#acknowledgedBeyond.ranges.some(
      (range) => range.from <= Math.max(from, this.#acknowledged) && to <= range.to,
    );
  }

  /** A sent range went down with its path: what of it is not acknowledged is sent again. */
  lose(from: number, to: number): void {
    if (!this.#isLive) return;
    this.#lost.add(Math.max(from, this.#acknowledged), to);
    for (const range of this.#acknowledgedBeyond.ranges) this.#lost.delete(range.from, range.to);
  }

  /** The peer wants no more: everything is dropped. */
  stop(): void {
    this.#advance("stop-received");
  }

  abort(): void {
    this.#advance("abort");
  }

  get #isLive(): boolean {
    return this.#state === "writing" || this.#state === "ending";
  }

  /** Virtual offset up to which the window lets us send. */
  get #sendable(): number {
    if (this.written > this.#limit) return this.#limit;
    return this.#state === "ending" ? this.written + 1 : this.written;
  }

  #advance(input: SendInput): void {
    this.#state = advance(sendTransitions, this.#state, input);
    if (this.#isLive) return;
    this.#chunks.clear();
    this.#lost.clear();
    this.#acknowledgedBeyond.clear();
  }
}

/** Where a segment ends, END counted as one. */
export function virtualEnd(segment: Segment): number {
  return segment.offset + segment.length + (segment.end ? 1 : 0);
}
