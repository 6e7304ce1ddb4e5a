/**
 * The receiving side of one direction's flow control: absolute credit that follows consumption.
 * Invariant: the limit never falls; limit − consumed never exceeds the window's size.
 */

/** Credit that a receiver has given and wants to give. */
export class Window {
  #sizeBytes: number;
  #limit: number;
  #consumed = 0;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#limit = sizeBytes;
  }

  /** The offset up to which the peer may send. */
  get limit(): number {
    return this.#limit;
  }

  /** Bytes that the application has taken. */
  get consumed(): number {
    return this.#consumed;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Counts consumed bytes; true where half a window or more can be granted, so that a WINDOW is due. */
  consume(byteCount: number): boolean {
    this.#consumed += byteCount;
    return this.#limit - this.#consumed <= this.#sizeBytes / 2;
  }

  /** Raises the limit by what was consumed and returns it, for a WINDOW frame. */
  grant(): number {
    this.#limit = Math.max(this.#limit, this.#consumed + this.#sizeBytes);
    return this.#limit;
  }

  /** Makes the window larger; the next grant shows it. */
  grow(sizeBytes: number): void {
    this.#sizeBytes = Math.max(this.#sizeBytes, sizeBytes);
  }
}
