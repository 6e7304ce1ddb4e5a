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
const head = ["| app | version | what the check drives | direct | tab | App View | |", "|---|---|---|---|---|---|---|"];

/**
 * The document with the rows of these results renewed; rows of apps that did not run stay as they are. `order`: titles
 * of all apps. Throws where an app has no result in one of the ways, so that no row is half of one run.
 */
export function appsTable(results: readonly AppResult[], order: readonly string[], document: string): string {
  const [before, after] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error("docs/compatibility.md has lost the marks of its table of apps.");
  const rows = new Map(rowsOf(document.slice(before, after)));
  for (const [title, ofApp] of Map.groupBy(results, (result) => result.title)) rows.set(title, row(title, ofApp));
  const known = order.flatMap((title) => rows.get(title) ?? []);
  return `${document.slice(0, before + start.length)}\n\n${[...head, ...known].join("\n")}\n\n${document.slice(after)}`;
}

/** Rows that are there already, by their app. */
function rowsOf(table: string): readonly (readonly [string, string])[] {
  return table.split("\n").flatMap((line) => {
    const title = /^\| (.+?) \|/.exec(line)?.[1];
    return title === undefined || head.includes(line) ? [] : [[title, line] as const];
  });
}

/** The picture is of a check that passed in the App View, so a row without one shows none. */
function row(title: string, results: readonly AppResult[]): string {
  const [first] = results;
  const words = ways.map((way) => {
    const result = results.find((candidate) => candidate.way === way);
    if (result === undefined) throw new Error(`${title} has no result for "${way}".`);
    return result.isPassed ? "passed" : "**failed**";
  });
  const hasPicture = results.some(({ way, isPassed }) => way === "app-view" && isPassed);
  const picture = hasPicture ? `[picture](compatibility/${first?.name}.webp)` : "";
  const cells = [title, first?.version ?? "", first?.drives ?? "", ...words, picture];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
