/** The table of real apps in docs/compatibility.md, as text between its two marks. Pure. */
import { type Way, ways } from "./real-app.ts";

/** How an app went in one way. */
export interface AppResult {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** What its check drove. */
  readonly drives: string;
  readonly way: Way;
  readonly isPassed: boolean;
}

const start = "<!-- real apps: begin (generated) -->";
const end = "<!-- real apps: end -->";
const head = ["| app | version | what the check drives | direct | tab | App View |", "|---|---|---|---|---|---|"];

/**
 * The document with the rows of these results renewed; rows of apps that did not run stay as they are. `order`: names of
 * all apps. Throws where an app has no result in one of the ways, so that no row is half of one run.
 */
export function appsTable(results: readonly AppResult[], order: readonly string[], document: string): string {
  const [before, after] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error("docs/compatibility.md has lost the marks of its table of apps.");
  const rows = new Map(rowsOf(document.slice(before, after)));
  for (const [name, ofApp] of Map.groupBy(results, ({ name }) => name)) rows.set(name, row(name, ofApp));
  const known = order.flatMap((name) => rows.get(name) ?? []);
  return `${document.slice(0, before + start.length)}\n\n${[...head, ...known].join("\n")}\n\n${document.slice(after)}`;
}

/** Rows that are there already, by the name that stands in their link. */
function rowsOf(table: string): readonly (readonly [string, string])[] {
  return table.split("\n").flatMap((line) => {
    const name = /^\| \[[^\]]*\]\(compatibility\/(.+?)\.webp\)/.exec(line)?.[1];
    return name === undefined ? [] : [[name, line] as const];
  });
}

function row(name: string, results: readonly AppResult[]): string {
  const [first] = results;
  const words = ways.map((way) => {
    const result = results.find((candidate) => candidate.way === way);
    if (result === undefined) throw new Error(`${name} has no result for "${way}".`);
    return result.isPassed ? "passed" : "**failed**";
  });
  const cells = [`[${first?.title}](compatibility/${name}.webp)`, first?.version ?? "", first?.drives ?? "", ...words];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
