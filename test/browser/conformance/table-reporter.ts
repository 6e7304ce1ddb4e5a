/**
 * A vitest reporter that writes docs/compatibility.md from what conformance lines left in their `meta`: the table, or
 * the paragraph of the port layout where that was run. It writes only after a run of all files in which every line has a result, so that the table is never half of one run.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { root } from "../../architecture/sources.ts";
import { compatibilityTable } from "./compatibility-table.ts";
import { layoutParagraph } from "./layout-paragraph.ts";
import type { LineResult } from "./run-lines.ts";

const file = join(root, "docs", "compatibility.md");

export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const results: LineResult[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { conformance } = test.meta();
        if (conformance !== undefined) results.push(conformance);
      }
    }
    const isPortLayout = process.env.CULVERT_CONFORMANCE_LAYOUT === "port";
    const write = isPortLayout ? layoutParagraph : compatibilityTable;
    const table = write(results, readFileSync(file, "utf8"));
    if (typeof table === "string") writeFileSync(file, table);
    else console.error(`docs/compatibility.md was left as it is: lines ${table.missing.join(", ")} have no result.`);
  }
}
