/**
 * `npm test`: everything, the quick parts first. `npm test -- --only unit,browser` runs some parts, other words choose
 * test files by their names. The last line says `N passed, N failed`, with `, N skipped` where something was missing.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, styleText } from "node:util";
import { parts } from "./runner/parts.ts";
import { type Outcome, runPart } from "./runner/run-part.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { values, positionals: filters } = parseArgs({
  options: { only: { type: "string", multiple: true } },
  allowPositionals: true,
});
const only = (values.only ?? []).flatMap((names) => names.split(","));
const unknown = only.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part "${unknown.join('", "')}": ${parts.map((part) => part.name).join(", ")}`);
  process.exit(2);
}

const outcomes: Outcome[] = [];
const isCi = !["", "0", "false", undefined].includes(process.env.CI);
for (const part of parts) {
  if (only.length > 0 && !only.includes(part.name)) continue;
  if (only.length === 0 && filters.length > 0 && part.type === "check") continue;
  console.log(styleText("bold", `\n${part.name}`));
  const outcome = await runPart(part, { root, filters, isCi, say: (line) => console.log(line) });
  outcomes.push(outcome);
  console.log(describe(outcome));
}

console.log(styleText("bold", "\nAll parts"));
for (const outcome of outcomes) console.log(describe(outcome));
const sum = (pick: (outcome: Outcome) => number): number =>
  outcomes.reduce((total, outcome) => total + pick(outcome), 0);
const [passed, failed, skipped] = [
  sum((outcome) => outcome.passed),
  sum((outcome) => outcome.failed),
  sum((outcome) => outcome.skipped),
];
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 ? 1 : 0;

function describe({ name, passed, failed, skipped, tookMs, note }: Outcome): string {
  const words = [
    failed > 0 ? styleText("red", `${failed} failed`) : "",
    passed > 0 ? styleText("green", `${passed} passed`) : "",
    skipped > 0 ? styleText("yellow", `${skipped} skipped`) : "",
  ].filter((word) => word !== "");
  const result = words.length === 0 ? "nothing to run" : words.join(", ");
  return `  ${name.padEnd(10)} ${result}  ${styleText("dim", `${(tookMs / 1000).toFixed(1)} s`)}${note === undefined ? "" : `  (${note})`}`;
}
