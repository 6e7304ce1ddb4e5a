/** Times, counts and foreign words as the command line says them. Pure. */

/** Durations as a person says them: `12 ms`, `3 s`, `5 min`, `2 h 10 min`, `3 days`. */
export function spokenDuration(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  const seconds = Math.round(durationMs / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `1 viewer`, `2 viewers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** The clock's time of a moment on this machine, `14:02:11`. */
export function clockTime(timeMs: number): string {
  return new Date(timeMs).toTimeString().slice(0, 8);
}

/** Words of the other side, bounded, and without what a terminal would obey. */
export function printable(text: string): string {
  return text.slice(0, 300).replace(/\p{Cc}/gu, " ");
}
