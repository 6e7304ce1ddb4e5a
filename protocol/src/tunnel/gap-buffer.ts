/**
 * Received bytes beyond a gap, until the bytes before them come.
 * Invariant: parts are sorted by offset and do not overlap, so every byte is held at most once.
 */
import type { Range } from "./range-set.ts";
import { joinBelowBytes, joinBytes, ownIfSmall } from "./read-queue.ts";

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Parts of a stream at offsets beyond what is contiguous. */
export class GapBuffer {
  #parts: Part[] = [];
  /** Runs of parts that touch: what a gap stands before. */
  #rangeCount = 0;

  /** Runs without a gap inside. */
  get rangeCount(): number {
    return this.#rangeCount;
  }

  /** Keeps what of the bytes is not here yet. */
  insert(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    let from = offset;
    let index = this.#indexAfter(offset);
    const before = this.#parts[index - 1];
    if (before !== undefined) from = Math.max(from, endOf(before));
    while (from < end) {
      const next = this.#parts[index];
      const to = Math.min(end, next?.offset ?? end);
      if (from < to && this.#place(index, { offset: from, bytes: bytes.subarray(from - offset, to - offset) }))
        index += 1;
      from = Math.max(to, next === undefined ? end : endOf(next));
      index += 1;
    }
  }

  /** Removes and returns the parts that follow `contiguous` without a gap; what lies before it is dropped. */
  takeFrom(contiguous: number): Uint8Array[] {
    const taken: Uint8Array[] = [];
    let next = contiguous;
    let count = 0;
    for (const part of this.#parts) {
      if (part.offset > next) break;
      if (count === 0 || endOf(this.#parts[count - 1] ?? part) < part.offset) this.#rangeCount -= 1;
      count += 1;
      if (endOf(part) <= next) continue;
      taken.push(part.bytes.subarray(next - part.offset));
      next = endOf(part);
    }
    if (count > 0) this.#parts = this.#parts.slice(count);
    return taken;
  }

  /** The first `most` ranges held; parts that touch are one. */
  ranges(most: number): Range[] {
    const ranges: Range[] = [];
    for (const part of this.#parts) {
      const last = ranges.at(-1);
      if (last !== undefined && last.to === part.offset) {
        ranges[ranges.length - 1] = { from: last.from, to: endOf(part) };
      } else {
        if (ranges.length === most) break;
        ranges.push({ from: part.offset, to: endOf(part) });
      }
    }
    return ranges;
  }

  clear(): void {
    this.#parts = [];
    this.#rangeCount = 0;
  }

  /** Puts a part before the one at `index`; false where it was joined to its small neighbour instead. */
  #place(index: number, part: Part): boolean {
    const before = this.#parts[index - 1];
    const after = this.#parts[index];
    const touchesBefore = before !== undefined && endOf(before) === part.offset;
    const touchesAfter = after !== undefined && endOf(part) === after.offset;
    this.#rangeCount += 1 - (touchesBefore ? 1 : 0) - (touchesAfter ? 1 : 0);
    if (touchesBefore && before.bytes.length + part.bytes.length <= joinBelowBytes) {
      this.#parts[index - 1] = { offset: before.offset, bytes: joinBytes(before.bytes, part.bytes) };
      return false;
    }
    this.#parts.splice(index, 0, { offset: part.offset, bytes: ownIfSmall(part.bytes) });
    return true;
  }

  /** Index of the first part that begins after an offset; mostly the end, so it is looked for from there. */
  #indexAfter(offset: number): number {
    let index = this.#parts.length;
    for (let part = this.#parts[index - 1]; part !== undefined && part.offset > offset; part = this.#parts[index - 1]) {
      index -= 1;
    }
    return index;
  }
}

function endOf(part: Part): number {
  return part.offset + part.bytes.length;
}
