/** Rows as aligned columns. Pure; widths are those of a terminal, also for wide characters and coloured text. */
import width from "fast-string-width";

const gap = "  ";

/** One line for each row; the last column is as long as it is. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => width(row[column] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
      .join(gap)
      .trimEnd(),
  );
}

/** A text and as many blanks as make it so wide. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/** As much of a text as fits, with `…` where something is cut; text without control characters or colours. */
export function clipped(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (width(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
