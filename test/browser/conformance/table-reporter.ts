/**
 * A vitest reporter that writes docs/compatibility.md from what conformance lines left in their `meta`: the table, or
 * the paragraph of the port layout where that was run. These are written only after a run of all files in which every line has a result, so that the table is never half of one run.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { root } from "../../architecture/sources.ts";
import { findFirefox } from "../../harness/firefox.ts";
import { compatibilityTable } from "./compatibility-table.ts";
import { firefoxTable } from "./firefox-table.ts";
import { layoutParagraph } from "./layout-paragraph.ts";
import type { LineResult } from "./run-lines.ts";

const file = join(root, "docs", "compatibility.md");

export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (process.env.CULVERT_CONFORMANCE_BROWSER === "firefox") writeFirefox(modules);
    else writeChromium(modules);
  }
}

function writeChromium(modules: readonly TestModule[]): void {
  const results: LineResult[] = [];
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { conformance } = test.meta();
      if (conformance !== undefined) results.push(conformance);
    }
  }
  const isPortLayout = process.env.CULVERT_CONFORMANCE_LAYOUT === "port";
  const write = isPortLayout ? layoutParagraph : compatibilityTable;
  keep(write(results, readFileSync(file, "utf8")));
}

function writeFirefox(modules: readonly TestModule[]): void {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const results = tests.flatMap((test) => test.meta().firefox ?? []);
  const version = execFileSync(findFirefox() ?? "firefox", ["--version"], { encoding: "utf8" }).trim();
  keep(firefoxTable(results, version, readFileSync(file, "utf8")));
}

function keep(table: string | { readonly missing: readonly number[] }): void {
  if (typeof table === "string") writeFileSync(file, table);
  else console.error(`docs/compatibility.md was left as it is: lines ${table.missing.join(", ")} have no result.`);
}
