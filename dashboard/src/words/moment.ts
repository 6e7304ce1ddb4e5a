/** Points in time and durations as people say them. Pure: now and time zone are told. */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const locale = "en-GB";

/** The reader's now, and the time zone to speak in (the browser's own where undefined). */
export interface Reader {
  readonly nowMs: number;
  readonly timeZone?: string | undefined;
}

function format(atMs: number, reader: Reader, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: reader.timeZone }).format(atMs);
}

const dayOf = (atMs: number, reader: Reader): string =>
  format(atMs, reader, { year: "numeric", month: "2-digit", day: "2-digit" });

/** The clock time, with the day where it is not today: `14:02`, `yesterday 22:10`, `12 Nov 22:10`, `3 Jan 2025`. */
export function momentWords(atMs: number, reader: Reader): string {
  const time = format(atMs, reader, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (dayOf(atMs, reader) === dayOf(reader.nowMs, reader)) return time;
  if (dayOf(atMs, reader) === dayOf(reader.nowMs - 24 * hourMs, reader)) return `yesterday ${time}`;
  const year = format(atMs, reader, { year: "numeric" });
  if (year !== format(reader.nowMs, reader, { year: "numeric" }))
    return format(atMs, reader, { day: "numeric", month: "short", year: "numeric" });
  return `${format(atMs, reader, { day: "numeric", month: "short" })} ${time}`;
}

/** How long ago: `just now`, `18 min ago`, `3 h ago`; from a day on the moment itself. */
export function agoWords(atMs: number, reader: Reader): string {
  const passedMs = reader.nowMs - atMs;
  if (passedMs < minuteMs) return "just now";
  if (passedMs < hourMs) return `${Math.floor(passedMs / minuteMs)} min ago`;
  if (passedMs < 24 * hourMs) return `${Math.floor(passedMs / hourMs)} h ago`;
  return momentWords(atMs, reader);
}

/** The exact moment, for those who hover: `Sat 21 Nov 2026, 14:02:11`. */
export function exactWords(atMs: number, reader: Reader): string {
  const date = format(atMs, reader, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  return `${date.replaceAll(",", "")}, ${format(atMs, reader, { timeStyle: "medium" })}`;
}

/** A duration: `<1 ms`, `40 ms`, `1.2 s`, `38 s`, `3 min`. */
export function durationWords(durationMs: number): string {
  if (durationMs < 1) return "<1 ms";
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 9_950) return `${(durationMs / 1000).toFixed(1)} s`;
  if (durationMs < 99_500) return `${Math.round(durationMs / 1000)} s`;
  return `${Math.round(durationMs / minuteMs)} min`;
}

/** What is left until a deadline as minutes and seconds: `9:42`, `0:00` once it is over. */
export function countdownWords(untilMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
