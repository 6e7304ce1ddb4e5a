/** What failed tests kept under test-results/, cut short: on CI nobody can look into the files. */
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const newestLines = 12;
const lineLength = 200;
/** A file's time is of the kernel's last tick, so what is written now may be older than now. */
const tickMs = 20;

/** The last lines of every log that was written since `sinceMs` (of `Date.now()`), each below its file's name. */
export function keptLogs(root: string, sinceMs: number): readonly string[] {
  const logs = globSync("test-results/*/*.log", { cwd: root }).toSorted();
  return logs.flatMap((log) => {
    const path = join(root, log);
    if (statSync(path).mtimeMs < sinceMs - tickMs) return [];
    const lines = readFileSync(path, "utf8").trim().split("\n").slice(-newestLines);
    return [`  ${log}`, ...lines.map((line) => `    ${stripVTControlCharacters(line).slice(0, lineLength)}`)];
  });
}
