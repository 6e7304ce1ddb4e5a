/** The table of docs/compatibility.md, as text between its two marks. Pure. */
import type { LineResult } from "./run-lines.ts";

/** Lines that have no test yet: they count as nothing that works. */
export const unwritten: Readonly<Record<number, string>> = {};

const lineCount = 76;
const start = "<!-- conformance: begin (generated) -->";
const end = "<!-- conformance: end -->";

/** The document with its table renewed, or the numbers that have no result. */
export function compatibilityTable(
  results: readonly LineResult[],
  document: string,
): string | { readonly missing: readonly number[] } {
  const byNumber = Map.groupBy(results, ({ number }) => number);
  const numbers = Array.from({ length: lineCount }, (_, index) => index + 1);
  const missing = numbers.filter((number) => !byNumber.has(number) && !(number in unwritten));
  if (missing.length > 0) return { missing };
  const written = numbers.filter((number) => byNumber.has(number) && number in unwritten);
  if (written.length > 0)
    throw new Error(`Lines ${written.join(", ")} have tests: take them off the list of unwritten.`);
  const rows = numbers.flatMap((number) => byNumber.get(number)?.map(row) ?? unwrittenRow(number));
  const equal = numbers.filter((number) => isEqual(byNumber.get(number))).length;
  const table = [
    `${equal} of ${lineCount} lines give through the tunnel what the app gives at its own address.`,
    "",
    "| line | behaviour | direct | tunnel | note |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
  const [before, after] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error("docs/compatibility.md has lost the marks of its table.");
  return `${document.slice(0, before + start.length)}\n\n${table}\n\n${document.slice(after)}`;
}

/** True where a line has results and all are as direct. */
function isEqual(results: readonly LineResult[] = []): boolean {
  return results.length > 0 && results.every(({ tunnel, isDirectAsWanted }) => isDirectAsWanted && tunnel === "equal");
}

const words: Readonly<Record<LineResult["tunnel"], string>> = {
  equal: "equal",
  "by-design": "differs by design",
  impossible: "no browser can",
  fails: "**fails**",
  "not-run": "not run",
};

function row({ number, behaviour, isDirectAsWanted, tunnel, note, link }: LineResult): string {
  const remark = link === "" ? note : `${note} [why](${link})`;
  const direct = tunnel === "not-run" ? "not run" : isDirectAsWanted ? "as wanted" : "**fails**";
  return rowOf([String(number), behaviour, direct, words[tunnel], remark]);
}

function unwrittenRow(number: number): string {
  return rowOf([
    String(number),
    unwritten[number] ?? "",
    "not tested",
    "**not tested**",
    "There is no test of it yet.",
  ]);
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
