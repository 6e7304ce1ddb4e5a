/** Steps of the overview's range in words. Pure. */
import type { Overview } from "@culvert/protocol/signaling";

const hourMs = 3_600_000;

/** `14:00`, or `21 Nov`; for the axis and as a table's first column. Days are those of UTC, as they are counted. */
export function stepWords(atMs: number, { stepMs }: Pick<Overview, "stepMs">, timeZone?: string): string {
  if (stepMs > hourMs)
    return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }).format(atMs);
  return new Intl.DateTimeFormat("en-GB", {
    ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    timeZone,
  }).format(atMs);
}

/** The range in words: `the last 24 hours`. */
export const rangeWords = { day: "the last 24 hours", month: "the last 30 days" } as const;
