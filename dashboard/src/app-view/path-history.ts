/**
 * Round trips and rates of the last two minutes, by kind of way. Invariant: times rise, and there are at most `mostSamples`.
 * Pure: the time is told.
 */
import type { AppViewPath } from "@culvert/browser-client";

export const pathKinds = ["direct", "turn", "relay"] as const;
export type PathKind = (typeof pathKinds)[number];

const mostSamples = 240;
const windowMs = 120_000;
/** Changes that come closer together are one sample. */
const sampleMs = 500;

/** Ways at one moment; null where there was none, or no round trip yet. */
export interface PathSample {
  readonly atMs: number;
  readonly rttMs: Readonly<Record<PathKind, number | null>>;
  /** Both directions, bytes a second. */
  readonly rate: Readonly<Record<PathKind, number | null>>;
}

/** Samples of one App View. */
export class PathHistory {
  #samples: PathSample[] = [];

  /** Oldest first. */
  get samples(): readonly PathSample[] {
    return this.#samples;
  }

  note(paths: readonly AppViewPath[], atMs: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && atMs < last.atMs) return;
    const sample = { atMs, rttMs: byKind(paths, roundTrip), rate: byKind(paths, rateOf) };
    const before = this.#samples.at(-2);
    // The latest word of half a second counts.
    if (last !== undefined && before !== undefined && atMs - before.atMs < sampleMs) this.#samples.pop();
    this.#samples.push(sample);
    this.#samples = this.#samples.filter((it) => atMs - it.atMs <= windowMs).slice(-mostSamples);
  }
}

function byKind<Value>(
  paths: readonly AppViewPath[],
  measure: (ofKind: readonly AppViewPath[]) => Value,
): Readonly<Record<PathKind, Value | null>> {
  const value = (kind: PathKind): Value | null => {
    const ofKind = paths.filter((path) => path.kind === kind);
    return ofKind.length === 0 ? null : measure(ofKind);
  };
  return { direct: value("direct"), turn: value("turn"), relay: value("relay") };
}

function roundTrip(paths: readonly AppViewPath[]): number | null {
  const known = paths.flatMap(({ rttMs }) => rttMs ?? []);
  return known.length === 0 ? null : Math.min(...known);
}

function rateOf(paths: readonly AppViewPath[]): number {
  return paths.reduce((sum, path) => sum + path.sentBytesPerSecond + path.receivedBytesPerSecond, 0);
}
