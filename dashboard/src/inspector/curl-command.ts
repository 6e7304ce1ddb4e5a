/** A request as a command line for the machine on which the app runs. Pure. */
import type { InspectedDetail, InspectedRequest } from "@culvert/browser-client";
import { mask } from "@culvert/protocol/http";
import { shownHeaders } from "./exchange-parts.ts";

/** curl makes its own, or has an option for them. */
const ownHeaders: ReadonlySet<string> = new Set(["content-length", "accept-encoding", "host", "connection"]);

/** POSIX shell. `base`: scheme and authority of the app. What is missing stands in comments before it. */
export function curlCommand(request: InspectedRequest, detail: InspectedDetail, base: string): string {
  const headers = shownHeaders(detail.requestHeaders, base).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  const body = detail.requestBody;
  const isWhole = body !== null && body.keptBytes === body.sizeBytes;
  const parts = [
    `curl ${quoted(base + request.path)}`,
    ...(request.method === "GET" ? [] : [`-X ${quoted(request.method)}`]),
    ...headers.map(([name, value]) => `-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`),
    ...(isWhole && body.text !== null ? [`--data-raw ${quoted(body.text)}`] : []),
    "--compressed",
  ];
  const command = parts.join(" \\\n  ");
  const notes = [
    ...(command.includes(mask) ? [`# Put your own values where ${mask} stands.`] : []),
    ...(request.requestBytes > 0 && !(isWhole && body.text !== null)
      ? ["# The body is not here: it was not kept whole, or is no text."]
      : []),
  ];
  return [...notes, command].join("\n");
}

/** In single quotes nothing has a meaning, and a quote ends them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
