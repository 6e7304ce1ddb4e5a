/** What docs/compatibility.md says of the port layout, as text between its two marks. Pure. */
import { unwritten } from "./compatibility-table.ts";
import type { LineResult } from "./run-lines.ts";

const lineCount = 76;
const start = "<!-- conformance at ports: begin (generated) -->";
const end = "<!-- conformance at ports: end -->";

/** The document with its paragraph renewed, or the numbers that have no result. */
export function layoutParagraph(
  results: readonly LineResult[],
  document: string,
): string | { readonly missing: readonly number[] } {
  const numbers = Array.from({ length: lineCount }, (_, index) => index + 1);
  const missing = numbers.filter(
    (wanted) => !(wanted in unwritten) && !results.some(({ number }) => number === wanted),
  );
  if (missing.length > 0) return { missing };
  const [before, after] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error("docs/compatibility.md has lost the marks of the port layout.");
  const paragraph = [
    `${results.filter(({ tunnel }) => tunnel !== "not-run").length} lines run in the port layout:`,
    `${told(results, "equal")} equal; by design otherwise ${told(results, "by-design")};`,
    `no browser can ${told(results, "impossible")}; failing ${told(results, "fails")}; not run ${told(results, "not-run")}.`,
  ].join("\n");
  return `${document.slice(0, before + start.length)}\n\n${paragraph}\n\n${document.slice(after)}`;
}

/** How many of an outcome and, where they are few, which. */
function told(results: readonly LineResult[], outcome: LineResult["tunnel"]): string {
  const lines = results.filter(({ tunnel }) => tunnel === outcome).map(({ number }) => number);
  if (outcome === "equal") return String(lines.length);
  return lines.length === 0 ? "none" : `${lines.length} (${lines.toSorted((left, right) => left - right).join(", ")})`;
}
