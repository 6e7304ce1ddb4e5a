/** Sizes of request bodies, as far as they are known before the browser encodes them. */
import { utf8Bytes } from "./utf8.ts";

/** Smaller bodies are read by the worker in no time; telling their size is not worth a header. */
export const worthTellingBytes = 1024 * 1024;

/** The exact size of a body that is sent as it is, or undefined for what the browser still has to encode. */
export function exactSizeOf(body: unknown): number | undefined {
  if (body instanceof Blob) return body.size;
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : undefined;
}

/** The size to show progress against; of a form, nearly. 0 where there is nothing to watch. */
export function nearSizeOf(body: unknown): number {
  const exact = exactSizeOf(body);
  if (exact !== undefined) return exact;
  if (typeof body === "string" || body instanceof URLSearchParams) return utf8Bytes(String(body));
  if (!(body instanceof FormData)) return 0;
  // A part is its headers (about this long, with the boundary) and its content.
  const partBytes = 140;
  return [...body].reduce((sum, [name, value]) => {
    const contentBytes = typeof value === "string" ? utf8Bytes(value) : value.size + utf8Bytes(value.name);
    return sum + partBytes + utf8Bytes(name) + contentBytes;
  }, 0);
}
