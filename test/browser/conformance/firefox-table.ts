/** The table of Firefox in docs/compatibility.md, as text between its two marks. Pure. */
import { unwritten } from "./compatibility-table.ts";
import type { FirefoxResult } from "./run-in-firefox.ts";

const lineCount = 76;
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

/** The document with its table renewed, or the numbers that have no result. `version`: of the browser that was run. */
export function firefoxTable(
  results: readonly FirefoxResult[],
  version: string,
  document: string,
): string | { readonly missing: readonly number[] } {
  const numbers = Array.from({ length: lineCount }, (_, index) => index + 1);
  const missing = numbers.filter(
    (wanted) => !(wanted in unwritten) && !results.some(({ number }) => number === wanted),
  );
  if (missing.length > 0) return { missing };
  const sorted = results.toSorted((left, right) => left.number - right.number);
  const run = sorted.filter(({ tunnel }) => tunnel !== "not-run");
  const held = run.filter(({ tunnel }) => tunnel !== "fails").length;
  const notRun = sorted.filter(({ tunnel }) => tunnel === "not-run").map(({ number }) => number);
  const table = [
    `${version}: ${run.length} lines run, ${held} hold through the tunnel. Not run: ${notRun.join(", ") || "none"}.`,
    "",
    "| line | behaviour | direct | tunnel | note |",
    "|---|---|---|---|---|",
    ...sorted.map(
      ({ number, behaviour, direct, tunnel, note }) =>
        `| ${number} | ${behaviour.replaceAll("|", "\\|")} | ${directWords[direct]} | ${tunnelWords[tunnel]} | ${note} |`,
    ),
  ].join("\n");
  const [before, after] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error("docs/compatibility.md has lost the marks of Firefox.");
  return `${document.slice(0, before + start.length)}\n\n${table}\n\n${document.slice(after)}`;
}
