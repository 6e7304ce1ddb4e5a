/** Texts of the log's lines, which an app or a machine makes as long as it likes. Invariant: no line holds more than its bound. */

/** Characters of each text; 100,000 lines of it are held in the core and once more in the page. */
const mostRowText = 512;

/** The text, or its beginning with `…`. */
export function rowText(text: string): string {
  if (text.length <= mostRowText) return text;
  // A copy: an engine's substring keeps the whole string in memory.
  return structuredClone(`${text.slice(0, mostRowText - 1)}…`);
}
