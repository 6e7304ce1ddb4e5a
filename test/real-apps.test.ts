/** The table of real apps in docs/compatibility.md, and the pictures that it links to. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./architecture/sources.ts";
import { type AppResult, appsTable } from "./browser/apps/apps-table.ts";
import { realApps } from "./browser/apps/catalogue.ts";
import { maxPictureBytes } from "./browser/apps/screenshot.ts";

const empty = "Before.\n\n<!-- real apps: begin (generated) -->\n\n<!-- real apps: end -->\nAfter.\n";
const order = ["ONE", "TWO"];

function results(name: string, version: string, failing?: AppResult["way"]): readonly AppResult[] {
  const common = { name, title: name.toUpperCase(), version, drives: "a | b" };
  return (["direct", "tab", "app-view"] as const).map((way) => ({ ...common, way, isPassed: way !== failing }));
}

test("an app is a row with its version and how it went in each way", () => {
  const table = appsTable(results("one", "1.0", "tab"), order, empty);
  expect(table).toContain(
    "| ONE | 1.0 | a \\| b | passed | **failed** | passed | [picture](compatibility/one.webp) |\n",
  );
  expect(table.startsWith("Before.\n")).toBe(true);
  expect(table.endsWith("<!-- real apps: end -->\nAfter.\n")).toBe(true);
});

test("a run of some apps leaves the rows of the others, in the order of the catalogue", () => {
  const first = appsTable(results("two", "2.0"), order, empty);
  const second = appsTable(results("one", "1.0"), order, first);
  const third = appsTable(results("two", "2.1"), order, second);
  const rows = third.split("\n").filter((line) => /^\| [A-Z]{3} /.test(line));
  expect(rows.map((line) => line.split(" | ").slice(0, 2))).toEqual([
    ["| ONE", "1.0"],
    ["| TWO", "2.1"],
  ]);
});

test("an app whose check failed in the App View has no picture", () => {
  expect(appsTable(results("one", "1.0", "app-view"), order, empty)).toContain("| passed | passed | **failed** |  |\n");
});

test("an app without a result in one of the ways is no row", () => {
  expect(() => appsTable(results("one", "1.0").slice(1), order, empty)).toThrow('"direct"');
});

test("docs show a small picture of each app of the table, and of no app that is not in the catalogue", () => {
  const document = readFileSync(join(root, "docs", "compatibility.md"), "utf8");
  const pictures = [...document.matchAll(/\]\((compatibility\/(.+?)\.webp)\)/g)];
  expect(pictures.length).toBeGreaterThan(0);
  for (const [, path = "", name = ""] of pictures) {
    expect(realApps.map((app) => app.name)).toContain(name);
    expect(statSync(join(root, "docs", path)).size).toBeLessThan(maxPictureBytes);
  }
});
