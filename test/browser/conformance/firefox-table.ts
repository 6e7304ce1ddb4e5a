/** The table of Firefox in docs/compatibility.md, as text between its two marks. Pure. */
import type { FirefoxResult } from "./run-in-firefox.ts";

const start = "<!-- conformance in Firefox: begin (generated) -->";
const end = "<!-- conformance in Firefox: end -->";

const directWords: Readonly<Record<FirefoxResult["direct"], string>> = {
  "as-chromium": "as in Chromium",
  other: "otherwise than in Chromium",
  fails: "**fails**",
  "not-run": "not run",
};
const tunnelWords: Readonly<Record<FirefoxResult["tunnel"], string>> = {
  equal: "equal",
  "by-design": "differs by design",
  fails: "**fails**",
  "not-run": "not run",
};

/**
 * The document with the rows of these lines renewed: a run takes long, so a part of it renews its own rows alone.
 * `version`: of the browser that was run.
 */
export function firefoxTable(results: readonly FirefoxResult[], version: string, document: string): string {
  const [before, after] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error("docs/compatibility.md has lost the marks of Firefox.");
  const kept = [...document.slice(before, after).matchAll(/^\| (\d+) \|.*$/gm)];
  const rows = new Map(kept.map(([row, number]) => [Number(number), row]));
  for (const result of results) rows.set(result.number, rowOf(result));
  const sorted = [...rows].toSorted(([left], [right]) => left - right);
  const numbersOf = (outcome: FirefoxResult["tunnel"]): readonly number[] =>
    sorted.filter(([, row]) => row.split(" | ")[3] === tunnelWords[outcome]).map(([number]) => number);
  const held = numbersOf("equal").length + numbersOf("by-design").length;
  const table = [
    `${version}: ${held + numbersOf("fails").length} lines run, ${held} hold through the tunnel.`,
    `Not run: ${numbersOf("not-run").join(", ") || "none"}.`,
    "",
    "| line | behaviour | direct | tunnel | note |",
    "|---|---|---|---|---|",
    ...sorted.map(([, row]) => row),
  ].join("\n");
  return `${document.slice(0, before + start.length)}\n\n${table}\n\n${document.slice(after)}`;
}

function rowOf({ number, behaviour, direct, tunnel, note }: FirefoxResult): string {
  const cells = [number, behaviour, directWords[direct], tunnelWords[tunnel], note];
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}
