/**
 * `npm run compatibility [-- --long] [--layout port] [words of file names]`: runs the lines of the conformance list, those
 * too that are known to fail, and writes the table of docs/compatibility.md; in the port layout the paragraph after it.
 * `--long` takes in the lines that last minutes. `--browser firefox` (`npm run test:firefox`) runs them in Firefox.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../architecture/sources.ts";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: {
    long: { type: "boolean", default: false },
    layout: { type: "string", default: "subdomain" },
    browser: { type: "string", default: "chromium" },
  },
  allowPositionals: true,
});
if (values.layout !== "subdomain" && values.layout !== "port") {
  console.error(`"${values.layout}" is no layout: subdomain or port.`);
  process.exit(1);
}
if (values.browser !== "chromium" && values.browser !== "firefox") {
  console.error(`"${values.browser}" is no browser that is known here: chromium or firefox.`);
  process.exit(1);
}
const folder = "test/browser/conformance";
const reporters = ["default", `./${folder}/table-reporter.ts`].map((reporter) => `--reporter=${reporter}`);
const filters = positionals.length === 0 ? [folder] : positionals.map((word) => `${folder}/${word}`);
const vitest = spawn(
  process.execPath,
  [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "browser", ...reporters, ...filters],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      CULVERT_CONFORMANCE: values.long ? "long" : "short",
      CULVERT_CONFORMANCE_LAYOUT: values.layout,
      CULVERT_CONFORMANCE_BROWSER: values.browser,
    },
  },
);
vitest.on("error", (error) => {
  console.error(`vitest could not be started: ${error.message}`);
  process.exitCode = 1;
});
vitest.on("close", (code) => {
  process.exitCode = code ?? 1;
});
