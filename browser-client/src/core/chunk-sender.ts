/**
 * Sends a body over a port in chunks: as large as allowed under load, at once when little comes.
 * Invariant: never more bytes than the other side granted; at most one chunk is held back.
 */
import type { Clock } from "@culvert/protocol/endpoint";

/** How chunks leave. */
export interface ChunkSenderOptions {
  readonly maxChunkBytes: number;
  readonly initialLimitBytes: number;
  readonly clock: Clock;
  /** Gets a chunk in a buffer of its own, to be transferred. */
  post(bytes: Uint8Array<ArrayBuffer>): void;
}

/** A run of this size or more is bulk: more is about to come, so a chunk may wait a moment to be filled. */
const bulkBytes = 8 * 1024;
/** Longest wait of a started chunk for more bulk. */
const fillMs = 2;

/** One direction of one body. One `push` or `finish` at a time. */
export class ChunkSender {
  readonly #options: ChunkSenderOptions;
  #chunk: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #filledBytes = 0;
  #sentBytes = 0;
  #limit: number;
  /** True once the chunk is full or has waited long enough: it leaves as soon as there is credit. */
  #due = false;
  #canceled = false;
  #emptied: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: ChunkSenderOptions) {
    this.#options = options;
    this.#limit = options.initialLimitBytes;
  }

  /** The other side takes bytes up to this absolute count; a lower one changes nothing. */
  grant(limit: number): void {
    this.#limit = Math.max(this.#limit, limit);
    this.#send();
  }

  /** Takes bytes (copied); resolves when all but a last, unfilled chunk have left. */
  async push(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length && !this.#canceled; ) {
      if (this.#chunk.length === 0) this.#chunk = new Uint8Array(this.#options.maxChunkBytes);
      const run = bytes.subarray(offset, offset + this.#chunk.length - this.#filledBytes);
      this.#chunk.set(run, this.#filledBytes);
      this.#filledBytes += run.length;
      offset += run.length;
      if (this.#filledBytes === this.#chunk.length) await this.finish();
    }
    if (this.#filledBytes > 0 && this.#cancelTimer === undefined) {
      const waitMs = bytes.length >= bulkBytes && this.#sentBytes > 0 ? fillMs : 0;
      this.#cancelTimer = this.#options.clock.setTimer(waitMs, () => this.#sendNow());
    }
  }

  /** Resolves when everything has left. */
  async finish(): Promise<void> {
    this.#sendNow();
    if (this.#filledBytes > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
  }

  /** Drops what has not left; nothing is posted after, and nobody waits for credit any more. */
  cancel(): void {
    this.#canceled = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#filledBytes = 0;
    this.#due = false;
    this.#chunk = new Uint8Array(0);
    this.#emptied?.();
    this.#emptied = undefined;
  }

  #sendNow(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#due = this.#filledBytes > 0;
    this.#send();
  }

  #send(): void {
    while (this.#due) {
      const sizeBytes = Math.min(this.#filledBytes, this.#limit - this.#sentBytes);
      if (sizeBytes <= 0) return;
      const whole = sizeBytes === this.#chunk.length;
      const bytes = whole ? this.#chunk : this.#chunk.slice(0, sizeBytes);
      if (whole) this.#chunk = new Uint8Array(0);
      else this.#chunk.copyWithin(0, sizeBytes, this.#filledBytes);
      this.#filledBytes -= sizeBytes;
      this.#sentBytes += sizeBytes;
      this.#due = this.#filledBytes > 0;
      this.#options.post(bytes);
    }
    this.#emptied?.();
    this.#emptied = undefined;
  }
}
