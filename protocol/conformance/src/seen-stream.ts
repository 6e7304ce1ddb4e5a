/** What the kit has seen of one stream of a tunnel: bytes put together, and what the peer said about it. */
import { limits } from "@culvert/protocol";
import type { AckRange, Frame, StreamKind } from "@culvert/protocol/wire";
import { ConformanceFailure } from "./conformance-case.ts";

type Ack = Extract<Frame, { type: "ack" }>;

/** Invariant: `bytes` is the contiguous beginning of what the peer sent. */
export class SeenStream {
  readonly id: number;
  kind: StreamKind | undefined;
  /** The highest offset after bytes, and of END. */
  highest = 0;
  /** Offset of END, once told. */
  endOffset: number | undefined;
  resets: number[] = [];
  stops: number[] = [];
  resetAcks = 0;
  stopAcks = 0;
  /** What the peer acknowledged of what the kit sent. */
  acknowledged = 0;
  ranges: readonly AckRange[] = [];
  /** The highest limit that the peer granted. */
  limit: number = limits.initialWindowBytes;
  /** Bytes that the kit has granted; a byte beyond is a fault. */
  granted: number = limits.initialWindowBytes;
  /** Bytes that the kit has sent, END included. */
  sent = 0;
  /** Bytes that came a second time. */
  repeatedBytes = 0;
  readonly #runs = new Map<number, Uint8Array>();
  #bytes = new Uint8Array(0);
  #length = 0;

  constructor(id: number) {
    this.id = id;
  }

  /** The contiguous beginning. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Contiguous bytes, and END where it is reached. */
  get offset(): number {
    return this.isEnded ? this.#length + 1 : this.#length;
  }

  get isEnded(): boolean {
    return this.endOffset === this.#length;
  }

  /** Takes a STREAM frame. Throws a ConformanceFailure where it breaks a rule. */
  take({ offset, bytes, end, kind, id }: Extract<Frame, { type: "stream" }>): void {
    if (kind !== undefined && this.kind !== undefined && kind !== this.kind) {
      throw new ConformanceFailure(`stream ${id} was ${this.kind} and is now ${kind}`, "Streams");
    }
    this.kind ??= kind;
    const after = offset + bytes.length;
    if (after > this.granted) {
      throw new ConformanceFailure(`stream ${id} has bytes up to ${after}, ${this.granted} were allowed`, "Streams");
    }
    if (this.endOffset !== undefined && (after > this.endOffset || (end && after !== this.endOffset))) {
      throw new ConformanceFailure(`stream ${id} ended at ${this.endOffset} and goes on to ${after}`, "Streams");
    }
    this.highest = Math.max(this.highest, after);
    if (end) this.endOffset = after;
    if (offset < this.#length) this.#compare(offset, bytes);
    const longer = this.#runs.get(offset);
    if (bytes.length > 0 && (longer === undefined || longer.length < bytes.length)) this.#runs.set(offset, bytes);
    for (let run = this.#nextRun(); run !== undefined; run = this.#nextRun()) this.#append(run);
  }

  /** Takes an ACK of what the kit sent. Throws where it names what was never sent. */
  takeAck({ offset, ranges }: Ack): void {
    const most = Math.max(offset, ...ranges.map(({ to }) => to));
    if (most > this.sent) {
      throw new ConformanceFailure(
        `stream ${this.id}: ${most} bytes were acknowledged, ${this.sent} were sent`,
        "Streams",
      );
    }
    this.acknowledged = Math.max(this.acknowledged, offset);
    this.ranges = ranges;
  }

  /** One line for messages. */
  describe(): string {
    const parts = [`stream ${this.id}: ${this.#length} bytes came`, `${this.acknowledged} acknowledged`];
    if (this.isEnded) parts.push("END came");
    if (this.resets.length > 0) parts.push(`RESET ${this.resets.join(", ")}`);
    if (this.stops.length > 0) parts.push(`STOP ${this.stops.join(", ")}`);
    return parts.join(", ");
  }

  #nextRun(): Uint8Array | undefined {
    for (const [offset, bytes] of this.#runs) {
      if (offset > this.#length) continue;
      this.#runs.delete(offset);
      if (offset + bytes.length > this.#length) return bytes.subarray(this.#length - offset);
    }
    return undefined;
  }

  #append(run: Uint8Array): void {
    if (this.#length + run.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + run.length));
      larger.set(this.bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(run, this.#length);
    this.#length += run.length;
  }

  #compare(offset: number, bytes: Uint8Array): void {
    const again = bytes.subarray(0, this.#length - offset);
    this.repeatedBytes += again.length;
    const differs = again.some((byte, index) => byte !== this.#bytes[offset + index]);
    if (differs) throw new ConformanceFailure(`stream ${this.id} repeats other bytes at ${offset}`, "Streams");
  }
}
