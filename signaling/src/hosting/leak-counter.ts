/** How many requests reached an app origin's host although a service worker should have answered them. Counts alone. */

/** Counts of one label. */
export interface LeakCounts {
  /** Navigations, answered with the boot document. */
  readonly navigations: number;
  /** Everything else, answered with 503. */
  readonly requests: number;
}

export class LeakCounter {
  readonly #counts = new Map<string, LeakCounts>();

  count(label: string, kind: keyof LeakCounts): void {
    const counts = this.of(label);
    this.#counts.set(label, { ...counts, [kind]: counts[kind] + 1 });
  }

  of(label: string): LeakCounts {
    return this.#counts.get(label) ?? { navigations: 0, requests: 0 };
  }

  /** Of all labels, navigations and everything else together. */
  get total(): number {
    let total = 0;
    for (const { navigations, requests } of this.#counts.values()) total += navigations + requests;
    return total;
  }

  all(): ReadonlyMap<string, LeakCounts> {
    return this.#counts;
  }
}
