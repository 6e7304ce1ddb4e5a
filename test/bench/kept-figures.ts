/**
 * The figures that docs/performance.md shows, a row a line in docs/performance.jsonl: a run of some benches takes the place
 * of their own rows and leaves the others. Invariant: rows stand in the order of the benches, and each has its day.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { BenchRow } from "./row.ts";

/** A row, the bench that measured it, and the day, UTC. */
export interface KeptRow extends BenchRow {
  readonly from: string;
  readonly measuredOn: string;
}

const file = new URL("../../docs/performance.jsonl", import.meta.url);

/** What is kept. Throws where a line is no JSON. */
export function keptRows(): KeptRow[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as KeptRow);
}

/** Rows with those of some benches in the place of their older ones, in the order of `benches`; of no bench left, none. */
export function replaced(
  kept: readonly KeptRow[],
  measured: readonly KeptRow[],
  benches: readonly string[],
): KeptRow[] {
  const anew = new Set(measured.map(({ from }) => from));
  const rows = [...kept.filter(({ from }) => !anew.has(from)), ...measured];
  return benches.flatMap((name) => rows.filter(({ from }) => from === name));
}

export function keepRows(rows: readonly KeptRow[]): void {
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
}
