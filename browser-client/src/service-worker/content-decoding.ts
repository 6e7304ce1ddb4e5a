/** Undoes the content coding of a body: the browser does that for the network's answers, not for a worker's. */

/** What can be done with a Content-Encoding: nothing needed, undone by this format, or not known here. */
export type Decoding =
  | { readonly type: "identity" }
  | { readonly type: "format"; readonly format: CompressionFormat }
  | { readonly type: "unknown"; readonly coding: string };

/** Reads the values of Content-Encoding. The core asks for gzip and deflate only, so one coding is all there is. */
export function decodingOf(values: readonly string[]): Decoding {
  const codings = values
    .flatMap((value) => value.split(","))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  const [coding] = codings;
  if (coding === undefined) return { type: "identity" };
  if (codings.length > 1) return { type: "unknown", coding: codings.join(", ") };
  if (coding === "gzip" || coding === "x-gzip") return { type: "format", format: "gzip" };
  return coding === "deflate" ? { type: "format", format: "deflate" } : { type: "unknown", coding };
}
