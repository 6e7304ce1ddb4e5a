/**
 * Received bytes in order, waiting for the application.
 * Invariant: memory stays near the bytes held, however small the peer's frames are.
 */

/** Chunks whose sum is at most this are joined, so that one-byte frames cannot multiply objects. */
export const joinBelowBytes = 1_024;

/** A queue of chunks. */
export class ReadQueue {
  #chunks: Uint8Array[] = [];
  #head = 0;

  get isEmpty(): boolean {
    return this.#head === this.#chunks.length;
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const last = this.isEmpty ? undefined : this.#chunks.at(-1);
    if (last !== undefined && last.length + bytes.length <= joinBelowBytes) {
      this.#chunks[this.#chunks.length - 1] = joinBytes(last, bytes);
      return;
    }
    this.#chunks.push(ownIfSmall(bytes));
  }

  take(): Uint8Array | undefined {
    const chunk = this.#chunks[this.#head];
    if (chunk === undefined) return undefined;
    this.#head += 1;
    if (this.isEmpty) this.clear();
    else this.#chunks[this.#head - 1] = nothing;
    return chunk;
  }

  clear(): void {
    if (this.#chunks.length > 0) this.#chunks = [];
    this.#head = 0;
  }
}

const nothing = new Uint8Array(0);

/** A copy where a view would keep a much larger message alive. */
export function ownIfSmall(bytes: Uint8Array): Uint8Array {
  return bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes;
}

/** Both, in a new array. */
export function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
