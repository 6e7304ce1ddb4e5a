/** A request as a command line for the machine on which the app runs. Pure. */
import type { InspectedDetail, InspectedRequest } from "@culvert/browser-client";
import { mask } from "@culvert/protocol/http";
import { shownHeaders } from "./exchange-parts.ts";

/** curl makes its own, or has an option for them. */
const ownHeaders: ReadonlySet<string> = new Set(["content-length", "accept-encoding", "host", "connection"]);

/**
 * POSIX shell; what holds control characters needs `$'…'`, which POSIX has since 2024 (bash, zsh, ksh and busybox before).
 * `base`: scheme and authority of the app. What is missing stands in comments before it.
 */
export function curlCommand(request: InspectedRequest, detail: InspectedDetail, base: string): string {
  const headers = shownHeaders(detail.requestHeaders, base).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  const body = detail.requestBody;
  const isWhole = body?.isEnded && body.keptBytes === body.sizeBytes;
  // No argument of a command holds a NUL.
  const text = isWhole && body.text?.includes("\0") === false ? body.text : null;
  const parts = [
    // Braces and brackets of an address are no patterns: one request stays one.
    `curl --globoff ${quoted(base + detail.path)}`,
    ...methodOption(request.method),
    ...headers.map(([name, value]) => `-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`)}`),
    ...(text === null ? [] : [`--data-raw ${quoted(text)}`]),
    "--compressed",
  ];
  const command = parts.join(" \\\n  ");
  const notes = [
    ...(command.includes(mask) ? [`# Put your own values where ${mask} stands.`] : []),
    ...(request.requestBytes > 0 && text === null
      ? ["# The body is not here: it did not pass or was not kept whole, or is no text."]
      : []),
  ];
  return [...notes, command].join("\n");
}

/** After `-X HEAD` curl waits for a body that does not come. */
function methodOption(method: string): readonly string[] {
  if (method === "GET") return [];
  return [method === "HEAD" ? "--head" : `-X ${quoted(method)}`];
}

/** In single quotes nothing has a meaning, and a quote ends them. A terminal obeys control characters of what is pasted. */
function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text)) return `'${text.replaceAll("'", `'\\''`)}'`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return `$'${text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f'\\!]/g, escaped)}'`;
}

/** Its bytes in UTF-8, three octal digits each: a digit that follows cannot be taken for one of them. */
function escaped(character: string): string {
  const bytes = new TextEncoder().encode(character);
  return Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}
