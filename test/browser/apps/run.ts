/**
 * `npm run test:apps [-- --only name,name]`: installs the real apps that are missing, drives each directly and through the
 * tunnel, and writes versions, results and pictures into docs/compatibility.md and docs/compatibility/.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../architecture/sources.ts";
import { realApps } from "./catalogue.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: { only: { type: "string", multiple: true } },
});
const only = (values.only ?? []).flatMap((names) => names.split(","));
const names = realApps.map(({ name }) => name);
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no app "${unknown.join('", "')}": ${names.join(", ")}`);
  process.exit(2);
}
const reporters = ["default", "./test/browser/apps/apps-reporter.ts"].map((reporter) => `--reporter=${reporter}`);
const vitest = spawn(
  process.execPath,
  [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "apps", ...reporters],
  { cwd: root, stdio: "inherit", env: { ...process.env, CULVERT_APPS: only.join(",") } },
);
vitest.on("error", (error) => {
  console.error(`vitest could not be started: ${error.message}`);
  process.exitCode = 1;
});
vitest.on("close", (code) => {
  process.exitCode = code ?? 1;
});
