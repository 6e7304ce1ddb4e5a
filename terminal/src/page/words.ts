/** What states, times and sizes are called. Pure. */
import type { ListedSession } from "../link/session-words.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** "just now", "40 s ago", "3 min ago", "2 h ago", "5 days ago". */
export function ago(thenMs: number, nowMs: number): string {
  const elapsed = Math.max(0, nowMs - thenMs);
  if (elapsed < 5 * second) return "just now";
  if (elapsed < minute) return `${Math.floor(elapsed / second)} s ago`;
  if (elapsed < hour) return `${Math.floor(elapsed / minute)} min ago`;
  if (elapsed < day) return `${Math.floor(elapsed / hour)} h ago`;
  const days = Math.floor(elapsed / day);
  return `${days} ${days === 1 ? "day" : "days"} ago`;
}

/** "812 B", "4.1 kB", "16 MB". */
export function sizeWords(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** What a session does. */
export function stateWords({ state, command, lastOutputMs }: ListedSession, nowMs: number): string {
  switch (state) {
    case "active":
      return command === "" ? "active" : `active · ${command}`;
    case "quiet": {
      const since = lastOutputMs === null ? "" : `, last output ${ago(lastOutputMs, nowMs)}`;
      return `${command === "" ? "quiet" : `quiet · ${command}`}${since}`;
    }
    case "ended":
      return lastOutputMs === null ? "ended" : `ended ${ago(lastOutputMs, nowMs)}`;
  }
}

/** Who looks: empty for nobody. */
export function viewerWords({ viewers, attached }: Pick<ListedSession, "viewers" | "attached">): string {
  const pages = viewers === 0 ? [] : [`${viewers} ${viewers === 1 ? "page" : "pages"}`];
  const terminals = attached === 0 ? [] : [`${attached} ${attached === 1 ? "terminal" : "terminals"} attached`];
  return [...pages, ...terminals].join(", ");
}
