/**
 * Buffers that messages are made in, used again where their user says so: a fresh one for each message costs a bulk
 * transfer more in garbage collection than its sealing does.
 * Invariant: a buffer belongs to one message at a time, and a tunnel keeps at most `keptBytes` of free ones.
 */
import { limits } from "../limits.ts";

/** What a full queue of one data channel takes. */
const keptBytes = limits.channelQueueBytes;

/** The buffers of one tunnel. */
export class MessageBuffers {
  #free: Uint8Array[] = [];
  /** Paths of several kinds have messages of several sizes: kept are those of the last one. */
  #sizeBytes = 0;

  /** A buffer of this size; what it holds is not cleared. */
  take(sizeBytes: number): Uint8Array {
    if (sizeBytes !== this.#sizeBytes) this.clear();
    this.#sizeBytes = sizeBytes;
    return this.#free.pop() ?? new Uint8Array(sizeBytes);
  }

  /** Takes the buffer back that a message lies in; nobody may look at it any more. */
  give(message: Uint8Array): void {
    const { buffer } = message;
    if (buffer.byteLength !== this.#sizeBytes || (this.#free.length + 1) * this.#sizeBytes > keptBytes) return;
    this.#free.push(new Uint8Array(buffer));
  }

  clear(): void {
    this.#free = [];
  }
}
