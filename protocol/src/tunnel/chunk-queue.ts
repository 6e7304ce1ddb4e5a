/**
 * Bytes of a stream between two offsets, kept as the chunks that they were written in.
 * Invariant: chunks follow each other without gap; `start` ≤ every kept offset < `end`.
 */

interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Dropped chunks before the array is compacted. */
const compactAfter = 256;

/** A queue of chunks that can be read at any kept offset. */
export class ChunkQueue {
  #chunks: Chunk[] = [];
  #head = 0;
  /** Where the last read ended: the next one mostly goes on there. */
  #hint = 0;
  #start = 0;
  #end = 0;

  /** Offset of the first kept byte. */
  get start(): number {
    return this.#start;
  }

  /** Offset after the last byte. */
  get end(): number {
    return this.#end;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push({ offset: this.#end, bytes });
    this.#end += bytes.length;
  }

  /** Fills `target` with the bytes from `offset` on; they must all be kept. */
  copyTo(target: Uint8Array, offset: number): void {
    let index = this.#indexOf(offset);
    let filled = 0;
    while (filled < target.length) {
      const chunk = this.#chunks[index];
      if (chunk === undefined) throw new RangeError(`offset ${offset + filled} is not kept`);
      const from = offset + filled - chunk.offset;
      const to = Math.min(chunk.bytes.length, from + target.length - filled);
      target.set(from === 0 && to === chunk.bytes.length ? chunk.bytes : chunk.bytes.subarray(from, to), filled);
      filled += to - from;
      if (to === chunk.bytes.length) index += 1;
    }
    this.#hint = index;
  }

  /** Lets go of every chunk that ends at or before `offset`. */
  dropBefore(offset: number): void {
    this.#start = Math.max(this.#start, offset);
    let head = this.#head;
    for (let chunk = this.#chunks[head]; chunk !== undefined; chunk = this.#chunks[head]) {
      if (chunk.offset + chunk.bytes.length > offset) break;
      this.#chunks[head] = gone;
      head += 1;
    }
    this.#head = head;
    if (head < compactAfter || head * 2 < this.#chunks.length) return;
    this.#chunks = this.#chunks.slice(head);
    this.#hint = Math.max(0, this.#hint - head);
    this.#head = 0;
  }

  /** Lets go of everything; offsets stay. */
  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#hint = 0;
    this.#start = this.#end;
  }

  #indexOf(offset: number): number {
    const hinted = this.#chunks[this.#hint];
    if (hinted !== undefined && this.#hint >= this.#head && holds(hinted, offset)) return this.#hint;
    let low = this.#head;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.offset ?? Number.POSITIVE_INFINITY) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const gone: Chunk = { offset: 0, bytes: new Uint8Array(0) };

function holds(chunk: Chunk, offset: number): boolean {
  return chunk.offset <= offset && offset < chunk.offset + chunk.bytes.length;
}
