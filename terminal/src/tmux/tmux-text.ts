/**
 * Text inside tmux commands and the one shell line that tmux needs. Pure. Commands go to tmux as lists of arguments, never
 * through a shell; but tmux itself reads formats (`#{…}`) in some, and a final `;` as the end of a command.
 */

/** One argument of a tmux command, taken as it is. */
export function argument(text: string): string {
  return text.endsWith(";") ? `${text.slice(0, -1)}\\;` : text;
}

/** Text where tmux expands formats. */
export function formatText(text: string): string {
  return text.replaceAll("#", "##");
}

/** A word of a POSIX shell. */
export function shellWord(text: string): string {
  if (/[\0\r\n]/.test(text)) throw new RangeError("A word of a shell line must not hold a line's end.");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The shell line for `pipe-pane`: tmux expands formats and then times (`%H`) in it. */
export function pipeCommand(words: readonly string[]): string {
  return `exec ${words.map(shellWord).join(" ")}`.replaceAll("#", "##").replaceAll("%", "%%");
}
