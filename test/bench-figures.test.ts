import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type KeptRow, keptRows, replaced } from "./bench/kept-figures.ts";
import { performancePage } from "./bench/performance-page.ts";

const row = (from: string, value: number): KeptRow => ({
  ...{ from, measuredOn: "2026-01-01", bench: from, case: "one", unit: "ms" },
  ...{ value, runs: 1, min: value, median: value, max: value },
});

test("a bench that ran again takes the place of its rows alone, in the order of the benches", () => {
  const kept = [row("first", 1), row("second", 2), row("gone", 3)];
  const rows = replaced(kept, [row("second", 4), row("second", 5)], ["second", "first"]);
  expect(rows.map(({ from, value }) => [from, value])).toEqual([
    ["second", 4],
    ["second", 5],
    ["first", 1],
  ]);
});

test("docs/performance.md is made from the figures beside it", () => {
  const page = readFileSync(new URL("../docs/performance.md", import.meta.url), "utf8");
  const rows = keptRows();
  expect(rows.length).toBeGreaterThan(0);
  const table = (text: string) => text.split("\n").filter((line) => line.startsWith("| "));
  expect(table(page)).toEqual(table(performancePage(rows)));
});
