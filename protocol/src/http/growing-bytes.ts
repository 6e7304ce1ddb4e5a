/**
 * Collects a record whose length is known. Invariant: memory follows what has really come: a peer that announces much and
 * sends little costs little, and a fragment is kept as it came only where it is most of the message that it came in.
 */
const blockBytes = 16 * 1024;
/** A fragment that is shorter costs less as a copy than as an object. */
const keptBytes = 4 * 1024;

/** Runs of bytes in order, at most twice as large as what they hold (from 16 KiB on). */
export class GrowingBytes {
  readonly lengthBytes: number;
  /** Fragments as they came, and blocks of copies; the last one may be a block with room. */
  #runs: Uint8Array[] = [];
  #roomBytes = 0;
  #filledBytes = 0;

  constructor(lengthBytes: number) {
    this.lengthBytes = lengthBytes;
  }

  get missingBytes(): number {
    return this.lengthBytes - this.#filledBytes;
  }

  /** Takes a fragment, which is not to be changed from now on; it must not be longer than `missingBytes`. */
  append(fragment: Uint8Array): void {
    const copiedBytes = Math.min(fragment.length, this.#roomBytes);
    this.#copy(fragment.subarray(0, copiedBytes));
    const rest = fragment.subarray(copiedBytes);
    if (rest.length === 0) return;
    if (isMostOfItsBuffer(rest)) {
      this.#runs.push(rest);
      this.#filledBytes += rest.length;
      return;
    }
    const newBytes = Math.min(this.missingBytes, Math.max(rest.length, blockBytes, this.#filledBytes));
    this.#runs.push(new Uint8Array(newBytes));
    this.#roomBytes = newBytes;
    this.#copy(rest);
  }

  /** The collected bytes, once nothing is missing; the caller owns them. */
  whole(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.lengthBytes);
    let offset = 0;
    for (const run of this.#runs) {
      whole.set(run, offset);
      offset += run.length;
    }
    return whole;
  }

  /** Into the last run, which has the room. */
  #copy(bytes: Uint8Array): void {
    const block = this.#runs.at(-1);
    block?.set(bytes, block.length - this.#roomBytes);
    this.#roomBytes -= bytes.length;
    this.#filledBytes += bytes.length;
  }
}

function isMostOfItsBuffer(bytes: Uint8Array): boolean {
  return bytes.length >= keptBytes && 2 * bytes.length >= bytes.buffer.byteLength;
}
