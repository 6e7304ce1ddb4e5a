/** Amounts as people read them. Pure. */

const units = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** `0 bytes`, `820 kB`, `4.1 MB`, `12 GB`: decimal units, as links and disks are sold by. */
export function sizeWords(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= (unit === 0 ? 1_000 : 999.5) && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const figure = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${figure} ${units[unit]}`;
}

/** `78 %`; something is never `0 %`, and not all is never `100 %`. */
export function shareWords(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0 %";
  if (part === whole) return "100 %";
  const percent = (part / whole) * 100;
  if (percent < 1) return "<1 %";
  return percent > 99 ? ">99 %" : `${Math.round(percent)} %`;
}

/** `1 session`, `12 sessions`. */
export function countedWords(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
}
