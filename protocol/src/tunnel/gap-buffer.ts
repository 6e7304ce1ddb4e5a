/**
 * Received bytes beyond a gap, until the bytes before them come.
 * Invariant: parts are sorted by offset and do not overlap, so every byte is held at most once.
 */
import type { Range } from "./range-set.ts";
import { ownIfSmall } from "./read-queue.ts";

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Parts of a stream at offsets beyond what is contiguous. */
export class GapBuffer {
  #parts: Part[] = [];

  /** Parts held. */
  get count(): number {
    return this.#parts.length;
  }

  /** Keeps what of the bytes is not here yet. */
  insert(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    const added: Part[] = [];
    let from = offset;
    for (const part of this.#parts) {
      if (part.offset >= end) break;
      if (part.offset > from) added.push(cut(offset, bytes, from, part.offset));
      from = Math.max(from, part.offset + part.bytes.length);
    }
    if (from < end) added.push(cut(offset, bytes, from, end));
    if (added.length > 0) this.#parts = [...this.#parts, ...added].sort((a, b) => a.offset - b.offset);
  }

  /** Removes and returns the parts that follow `contiguous` without a gap; what lies before it is dropped. */
  takeFrom(contiguous: number): Uint8Array[] {
    if (this.#parts.length === 0) return [];
    const taken: Uint8Array[] = [];
    let next = contiguous;
    let count = 0;
    for (const { offset, bytes } of this.#parts) {
      if (offset > next) break;
      count += 1;
      if (offset + bytes.length <= next) continue;
      taken.push(bytes.subarray(next - offset));
      next = offset + bytes.length;
    }
    this.#parts = this.#parts.slice(count);
    return taken;
  }

  /** The first `most` ranges held; parts that touch are one. */
  ranges(most: number): Range[] {
    const ranges: Range[] = [];
    for (const { offset, bytes } of this.#parts) {
      const last = ranges.at(-1);
      const to = offset + bytes.length;
      if (last !== undefined && last.to === offset) ranges[ranges.length - 1] = { from: last.from, to };
      else if (ranges.length === most) break;
      else ranges.push({ from: offset, to });
    }
    return ranges;
  }

  clear(): void {
    this.#parts = [];
  }
}

function cut(offset: number, bytes: Uint8Array, from: number, to: number): Part {
  return { offset: from, bytes: ownIfSmall(bytes.subarray(from - offset, to - offset)) };
}
