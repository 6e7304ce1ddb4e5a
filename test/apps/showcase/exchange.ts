/** One request with its answer, and the few ways in which the showcase answers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readRange } from "./byte-range.ts";

/** What a route is given. `url`: of the request, its host meaning nothing. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** A part of the site: answers its own paths. */
export type Route = (exchange: Exchange) => void | Promise<void>;

/** Answers with a JSON object. */
export function sendJson({ response }: Exchange, body: object, status = 200): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body, null, 2));
}

/** Answers with an HTML document. */
export function sendPage({ response }: Exchange, html: string, status = 200): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
  response.end(html);
}

/** Sends the browser elsewhere: 303 after a form, 302 else. */
export function redirect(
  { response }: Exchange,
  status: 302 | 303,
  location: string,
  cookies: readonly string[] = [],
): void {
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.writeHead(status, { location });
  response.end();
}

/** What can be answered whole or in part. */
export interface Representation {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Strong validator, with its quotes. */
  readonly etag: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The bytes from `first` to `last`, inclusive. */
  read(first: number, last: number): Readable | Buffer;
}

/**
 * Answers 200, 206, 304 or 416, streaming with back-pressure (RFC 9110 §13, §14). Settles when the answer is out or
 * its reader gone.
 */
export async function sendRepresentation({ request, response }: Exchange, what: Representation): Promise<void> {
  const headers = { ...what.headers, "content-type": what.contentType, etag: what.etag, "accept-ranges": "bytes" };
  if (request.headers["if-none-match"] === what.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const ifRange = request.headers["if-range"];
  const useRange = request.method === "GET" && (ifRange === undefined || ifRange === what.etag);
  const range = readRange(useRange ? request.headers.range : undefined, what.sizeBytes);
  if (range.type === "unsatisfiable") {
    response.writeHead(416, { "content-range": `bytes */${what.sizeBytes}`, "content-length": 0 }).end();
    return;
  }
  const [first, last] = range.type === "part" ? [range.first, range.last] : [0, what.sizeBytes - 1];
  if (range.type === "part") response.setHeader("content-range", `bytes ${first}-${last}/${what.sizeBytes}`);
  response.writeHead(range.type === "part" ? 206 : 200, { ...headers, "content-length": last - first + 1 });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const body = what.read(first, last);
  if (Buffer.isBuffer(body)) response.end(body);
  else await pipeline(body, response).catch(() => body.destroy());
}

/** The request's body as text; rejects beyond `maxBytes`. */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    sizeBytes += bytes.length;
    if (sizeBytes > maxBytes) throw new RangeError(`The body is larger than ${maxBytes} bytes.`);
    parts.push(bytes);
  }
  return Buffer.concat(parts).toString("utf8");
}
