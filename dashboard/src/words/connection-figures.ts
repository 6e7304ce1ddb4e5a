/** What is under way on a connection and what it has carried, for its details. Pure. */
import type { AppFigures, AppViewPath } from "@culvert/browser-client";
import { countedWords, sizeWords } from "./amounts.ts";

/** Name, words, and the exact number for those who hover. */
export type Figure = readonly [name: string, words: string, exact: string];

/** Lines for streams and bytes. */
export function connectionFigures(figures: AppFigures | undefined, paths: readonly AppViewPath[]): readonly Figure[] {
  const { requests = 0, webSockets = 0, eventStreams = 0, soFar = 0 } = figures ?? {};
  const received = paths.reduce((sum, path) => sum + path.receivedBytes, 0);
  const sent = paths.reduce((sum, path) => sum + path.sentBytes, 0);
  const open = [
    [requests, "request"] as const,
    [webSockets, "WebSocket"] as const,
    [eventStreams, "event stream"] as const,
  ].flatMap(([count, noun]) => (count === 0 ? [] : [countedWords(count, noun)]));
  return [
    ["Streams open", open.join(", ") || "none", ""],
    ["Requests so far", soFar.toLocaleString("en-GB"), ""],
    ["Carried by these paths", `${sizeWords(received)} down, ${sizeWords(sent)} up`, `${received} and ${sent} bytes`],
  ];
}
