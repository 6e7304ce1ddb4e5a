/** What stands in a transcript between two runs of one session: modes back to their start, and a line. Pure. */

/**
 * The old run's screen stays above, as history. Leaves the second screen, ends mouse reports, scroll regions and
 * colours, as the program that asked for them is gone.
 */
const backToStart =
  "\x1b[?1049l\x1b[!p\x1b[r\x1b[m\x1b(B\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[999B";

/** Bytes to write between them. */
export function runSeparator(date: Date): Uint8Array {
  const words = `started again ${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return new TextEncoder().encode(`\x18${backToStart}\r\n\x1b[2m── ${words} ──\x1b[m\r\n`);
}
