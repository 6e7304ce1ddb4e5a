/**
 * What is due when. Invariant: items leave in order of their times, and items of one time in the order they came.
 * Times mostly come in rising order, so an item is nearly always appended.
 */

interface Entry<Item> {
  readonly atMs: number;
  readonly item: Item;
}

/** Items that wait for their times. */
export class DeliverySchedule<Item> {
  #entries: Entry<Item>[] = [];
  /** Entries before this one have left. */
  #first = 0;

  /** Items that wait. */
  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** When the next item is due; undefined where none waits. */
  get nextAtMs(): number | undefined {
    return this.#entries[this.#first]?.atMs;
  }

  add(atMs: number, item: Item): void {
    let place = this.#entries.length;
    for (; place > this.#first; place -= 1) {
      const before = this.#entries[place - 1];
      if (before === undefined || before.atMs <= atMs) break;
    }
    if (place === this.#entries.length) this.#entries.push({ atMs, item });
    else this.#entries.splice(place, 0, { atMs, item });
  }

  /** Removes and returns the items that are due at `nowMs`, up to the first one that may not leave yet. */
  takeDue(nowMs: number, mayLeave: (item: Item) => boolean = () => true): readonly Entry<Item>[] {
    const from = this.#first;
    let entry = this.#entries[from];
    while (entry !== undefined && entry.atMs <= nowMs && mayLeave(entry.item)) {
      this.#first += 1;
      entry = this.#entries[this.#first];
    }
    const due = this.#entries.slice(from, this.#first);
    // Packing only when half of it has left keeps the cost per item constant.
    if (this.#first > 1024 && this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    } else if (this.#first === this.#entries.length) {
      this.#entries = [];
      this.#first = 0;
    }
    return due;
  }
}
