/** What docs/compatibility.md says of the port layout, as text between its two marks. Pure. */
import { unwritten, words } from "./compatibility-table.ts";
import type { LineResult } from "./run-lines.ts";

const lineCount = 76;
const start = "<!-- conformance at ports: begin (generated) -->";
const end = "<!-- conformance at ports: end -->";
/** What the run of the default layout has written; a line's own row tells how it went there. */
const row = (number: number): RegExp => new RegExp(`^\\| ${number} \\|.*$`, "gm");

/** The document with its paragraph renewed, or the numbers that have no result. */
export function layoutParagraph(
  results: readonly LineResult[],
  document: string,
): string | { readonly missing: readonly number[] } {
  const byNumber = Map.groupBy(results, ({ number }) => number);
  const numbers = Array.from({ length: lineCount }, (_, index) => index + 1);
  const missing = numbers.filter((number) => !byNumber.has(number) && !(number in unwritten));
  if (missing.length > 0) return { missing };
  const run = numbers.filter((number) => byNumber.get(number)?.some(({ tunnel }) => tunnel !== "not-run"));
  const other = run.filter((number) => !isSame(byNumber.get(number) ?? [], document.match(row(number)) ?? []));
  const outcome =
    other.length === 0
      ? "every one of them as in the table."
      : `${run.length - other.length} of them as in the table, otherwise: ${other.map((number) => told(number, byNumber)).join("; ")}.`;
  const paragraph = `Run in the port layout: ${run.length} lines, ${outcome}`;
  const [before, after] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error("docs/compatibility.md has lost the marks of the port layout.");
  return `${document.slice(0, before + start.length)}\n\n${paragraph}\n\n${document.slice(after)}`;
}

/** True where the rows of the default layout tell the same outcomes; one that was not run there tells none. */
function isSame(results: readonly LineResult[], rows: readonly string[]): boolean {
  const outcomes = rows.map((text) => text.split(" | ").at(3) ?? "");
  return results.every(({ tunnel }, index) => {
    const there = outcomes[index] ?? "";
    if (there === "not run") return tunnel === "equal";
    return there === words[tunnel];
  });
}

function told(number: number, byNumber: ReadonlyMap<number, readonly LineResult[]>): string {
  const outcomes = (byNumber.get(number) ?? []).map(({ tunnel, behaviour }) => `${behaviour}: ${words[tunnel]}`);
  return `line ${number} (${outcomes.join(", ")})`;
}
