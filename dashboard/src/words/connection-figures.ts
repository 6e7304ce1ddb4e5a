/** What is under way on a connection and what it has carried, for its details. Pure. */
import type { AppFigures, AppViewPath } from "@culvert/browser-client";

/** Name, words, and the exact number for those who hover. */
export type Figure = readonly [name: string, words: string, exact: string];

/** Lines for streams and bytes. */
export function connectionFigures(figures: AppFigures | undefined, paths: readonly AppViewPath[]): readonly Figure[] {
  const { requests = 0, webSockets = 0, eventStreams = 0, soFar = 0 } = figures ?? {};
  const received = paths.reduce((sum, path) => sum + path.receivedBytes, 0);
  const sent = paths.reduce((sum, path) => sum + path.sentBytes, 0);
  return [
    [
      "Streams open",
      [counted(requests, "request"), counted(webSockets, "WebSocket"), counted(eventStreams, "event stream")]
        .filter((words) => words !== "")
        .join(", ") || "none",
      "",
    ],
    ["Requests so far", soFar.toLocaleString("en-GB"), ""],
    ["Carried by these paths", `${bytesWords(received)} down, ${bytesWords(sent)} up`, `${received} and ${sent} bytes`],
  ];
}

function counted(count: number, noun: string): string {
  if (count === 0) return "";
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function bytesWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1_000)} kB`;
  if (bytes < 999_500_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}
