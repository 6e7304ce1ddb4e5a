/** One line of a benchmark's result, and how samples become it. */

/** What `npm run bench` prints, one JSON object a line. `value` is the median of `runs` samples. */
export interface BenchRow {
  readonly bench: string;
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  /** Median over pairs taken in the same run: this ÷ `against`. */
  readonly ratio?: number;
  readonly against?: string;
  readonly goal?: string;
  readonly runs: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What a row says beside its samples. */
export interface RowLabels {
  readonly bench: string;
  readonly case: string;
  readonly unit: string;
  readonly goal?: string;
}

/** The middle value; the mean of the two middle ones for an even count. Throws on none. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error("a row needs at least one sample");
  return (upper + lower) / 2;
}

/** The value below which the given share of samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new Error("a percentile needs at least one sample");
  return value;
}

/** A row of plain samples. */
export function rowOf(labels: RowLabels, samples: readonly number[]): BenchRow {
  return {
    ...labels,
    value: rounded(median(samples)),
    runs: samples.length,
    min: rounded(Math.min(...samples)),
    median: rounded(median(samples)),
    max: rounded(Math.max(...samples)),
  };
}

/** A row whose samples were taken in pairs with a reference; the ratio is the median over the pairs. */
export function pairedRowOf(
  labels: RowLabels,
  samples: readonly number[],
  reference: { readonly name: string; readonly samples: readonly number[] },
): BenchRow {
  const ratios = samples.map((sample, index) => sample / (reference.samples[index] ?? Number.NaN));
  return { ...rowOf(labels, samples), ratio: rounded(median(ratios)), against: reference.name };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
