/**
 * A set of whole numbers kept as ranges: acknowledged or lost bytes, finished stream ids.
 * Invariant: ranges are sorted, not empty, and neither overlap nor touch.
 */

/** The numbers from `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A set of numbers that costs memory by its gaps only. */
export class RangeSet {
  #ranges: Range[] = [];

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Ranges in ascending order; valid until the next change. */
  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  get first(): Range | undefined {
    return this.#ranges[0];
  }

  has(value: number): boolean {
    return this.#ranges.some(({ from, to }) => from <= value && value < to);
  }

  add(from: number, to: number): void {
    if (from >= to) return;
    const last = this.#ranges.at(-1);
    if (last === undefined || last.to < from) {
      this.#ranges.push({ from, to });
      return;
    }
    const before = this.#ranges.filter((range) => range.to < from);
    const after = this.#ranges.filter((range) => range.from > to);
    const touched = this.#ranges.slice(before.length, this.#ranges.length - after.length);
    const merged = {
      from: Math.min(from, touched[0]?.from ?? from),
      to: Math.max(to, touched.at(-1)?.to ?? to),
    };
    this.#ranges = [...before, merged, ...after];
  }

  delete(from: number, to: number): void {
    if (from >= to || this.#ranges.length === 0) return;
    const kept: Range[] = [];
    for (const range of this.#ranges) {
      if (range.from < from) kept.push({ from: range.from, to: Math.min(range.to, from) });
      if (range.to > to) kept.push({ from: Math.max(range.from, to), to: range.to });
    }
    this.#ranges = kept;
  }

  clear(): void {
    this.#ranges = [];
  }
}
