/**
 * What one side receives on a stream: frames in any order become bytes in order.
 * Invariant: what is read is a prefix of what the peer sent; nothing beyond the granted limit is ever held.
 */
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { AckRange } from "../wire/frame.ts";
import { GapBuffer } from "./gap-buffer.ts";
import { ReadQueue } from "./read-queue.ts";
import { advance, type ReceiveInput, type ReceiveState, receiveTransitions } from "./stream-state.ts";
import { Window, type WindowBudget } from "./window.ts";

/** What a received frame did. */
export interface Received {
  /** Bytes or END joined the ordered queue. */
  readonly progressed: boolean;
  /** The peer should learn at once what is here: END, a gap, or bytes that it sent again. */
  readonly urgent: boolean;
}

/** The receiving half of a stream. */
export class ReceiveHalf {
  #state: ReceiveState = "receiving";
  readonly window: Window;
  readonly #queue = new ReadQueue();
  readonly #gaps = new GapBuffer();
  /** Bytes in order so far, END not counted. */
  #contiguous = 0;
  #highest = 0;
  #endOffset: number | undefined;
  #lastAcknowledged = 0;

  constructor(windowBytes: number, budget: WindowBudget) {
    this.window = new Window(windowBytes, budget);
  }

  get state(): ReceiveState {
    return this.#state;
  }

  /** Virtual offset up to which everything is here, for an ACK. */
  get received(): number {
    return this.hasEnd ? this.#contiguous + 1 : this.#contiguous;
  }

  /** True where everything up to END came, whatever became of it. */
  get hasEnd(): boolean {
    return this.#contiguous === this.#endOffset;
  }

  /** Bytes that arrived since the last ACK. */
  get unacknowledgedBytes(): number {
    return this.#contiguous - this.#lastAcknowledged;
  }

  /** True where `read` gives something. */
  get isReadable(): boolean {
    if (this.#state === "received") return true;
    return this.#state === "receiving" && !this.#queue.isEmpty;
  }

  /** Takes a STREAM frame's part. Throws `protocol-error` (scope stream) beyond the window, END, or too many gaps. */
  accept(offset: number, bytes: Uint8Array, end: boolean): Received {
    const to = offset + bytes.length;
    this.#check(to, end);
    if (this.#state !== "receiving") return { progressed: false, urgent: this.#state !== "stopping" };
    const before = this.received;
    if (end) this.#endOffset = to;
    this.#highest = Math.max(this.#highest, to);
    if (offset > this.#contiguous) {
      this.#gaps.insert(offset, bytes);
      if (this.#gaps.rangeCount > limits.gapRanges) throw violation(`more than ${limits.gapRanges} gaps`);
    } else if (to > this.#contiguous) {
      this.#append(offset === this.#contiguous ? bytes : bytes.subarray(this.#contiguous - offset));
      for (const next of this.#gaps.takeFrom(this.#contiguous)) this.#append(next);
    }
    if (this.hasEnd) this.#advance("end-received");
    const progressed = this.received > before;
    return { progressed, urgent: !progressed || this.#gaps.rangeCount > 0 || this.state === "received" };
  }

  /** The next bytes, null for END (once), undefined where nothing is here. What is returned counts as consumed. */
  read(): Uint8Array | null | undefined {
    if (this.#state !== "receiving" && this.#state !== "received") return undefined;
    const bytes = this.#queue.take();
    if (bytes !== undefined) return bytes;
    if (this.#state !== "received") return undefined;
    this.#advance("end-consumed");
    return null;
  }

  /** Ranges beyond the first gap, for an ACK. */
  ackRanges(): readonly AckRange[] {
    return this.#gaps.ranges(limits.ackRanges);
  }

  /** Notes that an ACK tells the peer all of it. */
  markAcknowledged(): void {
    this.#lastAcknowledged = this.#contiguous;
  }

  /** The application wants no more: what is here is dropped. True where the peer must be asked to stop. */
  stop(): boolean {
    this.#advance("stop");
    return this.#state === "stopping";
  }

  stopAcknowledged(): void {
    this.#advance("stop-acknowledged");
  }

  abort(): void {
    this.#advance("abort");
  }

  #check(to: number, end: boolean): void {
    if (to > this.window.limit) throw violation(`bytes up to ${to}, ${this.window.limit} are granted`);
    const endOffset = this.#endOffset;
    if (endOffset !== undefined && to > endOffset) throw violation(`bytes up to ${to} after END at ${endOffset}`);
    if (end && endOffset !== undefined && to !== endOffset) throw violation(`END at ${to} and at ${endOffset}`);
    if (end && to < this.#highest) throw violation(`END at ${to}, bytes came up to ${this.#highest}`);
  }

  #append(bytes: Uint8Array): void {
    this.#contiguous += bytes.length;
    this.#queue.push(bytes);
  }

  #advance(input: ReceiveInput): void {
    this.#state = advance(receiveTransitions, this.#state, input);
    if (this.#state === "receiving" || this.#state === "received") return;
    this.#queue.clear();
    this.#gaps.clear();
    this.window.release();
  }
}

function violation(what: string): TunnelError {
  return new TunnelError("protocol-error", `the peer broke the stream's rules: ${what}`, {
    scope: "stream",
    origin: "remote",
  });
}
