/** What of a Content-Type header decides how a response is treated (mimesniff.spec.whatwg.org §4). */
import type { UnitLayout } from "./code-units.ts";
import type { Grammar } from "./html-scan.ts";

/** A Content-Type's essence in lower case, and its charset where stated. */
export interface ContentType {
  readonly essence: string;
  readonly charset: string | undefined;
}

/** Reads a header's value; an absent one has the essence `""`. */
export function parseContentType(value: string | undefined): ContentType {
  const [essence = "", ...parameters] = (value ?? "").split(";");
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/i.exec(parameter)?.[1])
    .find((found) => found !== undefined);
  return { essence: essence.trim().toLowerCase(), charset: charset?.toLowerCase() };
}

/** The grammar of a type that is an HTML document, or undefined. */
export function grammarOf(type: ContentType): Grammar | undefined {
  if (type.essence === "text/html") return "html";
  return type.essence === "application/xhtml+xml" ? "xhtml" : undefined;
}

/** How the bytes of a stated charset hold ASCII. */
export function layoutOf(type: ContentType): UnitLayout {
  if (type.charset === "utf-16be") return "utf-16be";
  return type.charset === "utf-16" || type.charset === "utf-16le" ? "utf-16le" : "bytes";
}
