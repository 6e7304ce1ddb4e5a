/** The table of docs/compatibility.md, as text between its two marks. Pure. */
import type { LineResult } from "./run-lines.ts";

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
  const missing = numbers.filter((number) => !byNumber.has(number));
  if (missing.length > 0) return { missing };
  const rows = numbers.flatMap((number) => byNumber.get(number) ?? []).map(row);
  const equal = numbers.filter((number) => byNumber.get(number)?.every(({ tunnel }) => tunnel === "equal")).length;
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

const words: Readonly<Record<LineResult["tunnel"], string>> = {
  equal: "equal",
  "by-design": "differs by design",
  impossible: "no browser can",
  fails: "**fails**",
};

function row({ number, behaviour, isDirectAsWanted, tunnel, note, link }: LineResult): string {
  const remark = link === "" ? note : `${note} [why](${link})`;
  const cells = [String(number), behaviour, isDirectAsWanted ? "as wanted" : "**fails**", words[tunnel], remark];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
