/** Reads SPEC.md as tests need it: sections by heading, tables as rows of cells. */
import { readFileSync } from "node:fs";

const text = readFileSync(new URL("../SPEC.md", import.meta.url), "utf8");

/** The text of a section, without its heading. Throws where there is none. */
export function section(heading: string): string {
  const parts = text.split(/^## /m);
  const part = parts.find((candidate) => candidate.startsWith(`${heading}\n`));
  if (part === undefined) throw new Error(`SPEC.md has no section ${heading}`);
  return part.slice(heading.length + 1);
}

/** The rows of the table whose first header cell is `firstHeader`, without header; cells trimmed, code marks kept. */
export function tableRows(heading: string, firstHeader: string): string[][] {
  const lines = section(heading).split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeader} |`));
  if (start < 0) throw new Error(`SPEC.md §${heading} has no table ${firstHeader}`);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith("|")) break;
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    rows.push(cells.map((cell) => cell.trim()));
  }
  return rows;
}

/** The words in code marks of a cell, in order. */
export function codeWords(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? "");
}
