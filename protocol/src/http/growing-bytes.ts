/**
 * Collects a record whose length is known, in memory that follows what has really come: a peer that announces much and
 * sends little costs little, and no fragment keeps the whole message alive that it came in.
 */
const firstBytes = 16 * 1024;

/** One buffer of at most `lengthBytes`, at most twice as large as what it holds (from 16 KiB on). */
export class GrowingBytes {
  readonly lengthBytes: number;
  #buffer: Uint8Array<ArrayBuffer>;
  #filledBytes = 0;

  constructor(lengthBytes: number) {
    this.lengthBytes = lengthBytes;
    this.#buffer = new Uint8Array(Math.min(lengthBytes, firstBytes));
  }

  get missingBytes(): number {
    return this.lengthBytes - this.#filledBytes;
  }

  /** Copies a fragment in; it must not be longer than `missingBytes`. */
  append(fragment: Uint8Array): void {
    const neededBytes = this.#filledBytes + fragment.length;
    if (neededBytes > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.lengthBytes, Math.max(neededBytes, 2 * this.#buffer.length)));
      larger.set(this.#buffer.subarray(0, this.#filledBytes));
      this.#buffer = larger;
    }
    this.#buffer.set(fragment, this.#filledBytes);
    this.#filledBytes = neededBytes;
  }

  /** The collected bytes, once nothing is missing; the caller owns them. */
  whole(): Uint8Array<ArrayBuffer> {
    return this.#buffer;
  }
}
