/** A vitest reporter that writes the table of real apps into docs/compatibility.md from what the tests left in `meta`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { root } from "../../architecture/sources.ts";
import { type AppResult, appsTable } from "./apps-table.ts";
import { realApps } from "./catalogue.ts";

const file = join(root, "docs", "compatibility.md");

export default class AppsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const results: AppResult[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { realApp } = test.meta();
        if (realApp !== undefined) results.push(realApp);
      }
    }
    const order = realApps.map(({ title }) => title);
    if (results.length > 0) writeFileSync(file, appsTable(results, order, readFileSync(file, "utf8")));
  }
}
