/**
 * Turns the core's head and body into the Response that the browser gets: redirects made absolute, content coding
 * undone, header rules applied, the shim put into HTML documents.
 */
import { isSniffed, sniffCharset } from "./charset-sniff.ts";
import { decodingOf } from "./content-decoding.ts";
import { type ContentType, grammarOf, layoutOf, parseContentType } from "./content-type.ts";
import { spliceHtml } from "./html-splice.ts";
import type { Head } from "./http-exchange.ts";
import { peekStream } from "./peeked-stream.ts";
import { responseHeaders, valuesOf } from "./response-headers.ts";
import { shimFolder, shimTag, workerShim } from "./shim-tag.ts";
import { prefixWorkerScript } from "./worker-script.ts";

/** What of the request and the surroundings shapes the response. */
export interface AppResponseContext {
  /** The request's absolute URL. */
  readonly url: string;
  readonly method: string;
  readonly isDocument: boolean;
  /** The shim as one line, where the answer is the script that a worker starts from. */
  readonly workerShim: string | undefined;
  readonly dashboardOrigin: string;
  readonly freshNonce: string;
  /** Resolves when a document's start is no longer waited for to find its charset. */
  sniffDeadline(): Promise<void>;
}

/** Thrown where an answer cannot be given to a browser; the message says why. */
export class UnusableAnswer extends Error {
  override readonly name = "UnusableAnswer";
}

/** The response for a head and its body. The body is taken over: used, or cancelled. */
export async function appResponse(
  head: Head,
  body: ReadableStream<Uint8Array>,
  context: AppResponseContext,
): Promise<Response> {
  const location = valuesOf(head.headers, "location")[0];
  if (redirectStatuses.has(head.status) && location !== undefined) {
    await body.cancel();
    return Response.redirect(absolute(location, context.url), head.status);
  }
  if (head.status < 200) {
    await body.cancel();
    throw new UnusableAnswer(`The app answered with status ${head.status}, which ends no request.`);
  }
  const isBodyless = context.method === "HEAD" || nullBodyStatuses.has(head.status);
  if (isBodyless) await body.cancel();
  const decoding = decodingOf(valuesOf(head.headers, "content-encoding"));
  const decodes = !isBodyless && head.status !== 206 && decoding.type !== "identity";
  if (decodes && decoding.type === "unknown") {
    await body.cancel();
    throw new UnusableAnswer(`The app's answer is coded as ${decoding.coding}, which cannot be undone here.`);
  }
  const decoded = decodes && decoding.type === "format" ? body.pipeThrough(decompression(decoding.format)) : body;
  const type = parseContentType(valuesOf(head.headers, "content-type")[0]);
  const grammar = context.isDocument && !isBodyless && head.status !== 206 ? grammarOf(type) : undefined;
  const shimUrl = grammar === undefined ? undefined : new URL(shimFolder, context.url).href;
  const { loopbackPort = 0 } = head;
  const { headers, nonce } = responseHeaders(head.headers, {
    ...context,
    shimUrl,
    loopbackPort,
    isDecoded: decodes,
    keepsLength: !decodes && grammar === undefined && context.workerShim === undefined,
  });
  const init = { status: head.status, statusText: printable(head.statusText), headers };
  if (isBodyless) return new Response(null, init);
  if (context.workerShim !== undefined && head.status === 200) {
    const shim = workerShim(context.workerShim, loopbackPort);
    return new Response(decoded.pipeThrough(prefixWorkerScript(shim)), init);
  }
  if (grammar === undefined) return new Response(decoded, init);
  const stated = await withSniffedCharset(decoded, type, headers, context);
  const markup = shimTag({ cookies: head.documentCookies ?? "", nonce, loopbackPort });
  return new Response(stated.pipeThrough(spliceHtml({ markup, grammar, layout: layoutOf(type) })), init);
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const nullBodyStatuses = new Set([204, 205, 304]);

/** Puts a charset that only the document itself states into the Content-Type header. */
async function withSniffedCharset(
  body: ReadableStream<Uint8Array>,
  type: ContentType,
  headers: Headers,
  context: AppResponseContext,
): Promise<ReadableStream<Uint8Array>> {
  if (type.charset !== undefined || type.essence !== "text/html") return body;
  const { start, stream } = await peekStream(body, isSniffed, context.sniffDeadline());
  const hasMark = /^(\xef\xbb\xbf|\xfe\xff|\xff\xfe)/.test(String.fromCharCode(...start.subarray(0, 3)));
  const charset = hasMark ? undefined : sniffCharset(start);
  if (charset !== undefined) headers.set("content-type", `text/html; charset=${charset}`);
  return stream;
}

function decompression(format: CompressionFormat): ReadableWritablePair<Uint8Array, Uint8Array> {
  // The DOM types ask for ArrayBuffer-backed chunks, which ours are.
  return new DecompressionStream(format) as ReadableWritablePair<Uint8Array, Uint8Array>;
}

/** The address of a redirect: relative ones do not resolve in answers of a worker. */
function absolute(location: string, base: string): string {
  try {
    return new URL(location, base).href;
  } catch {
    throw new UnusableAnswer("The app redirects to an address that is none.");
  }
}

/** A reason phrase that Response accepts (RFC 9112 §4), else none. */
export function printable(statusText: string): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(statusText) ? statusText : "";
}
