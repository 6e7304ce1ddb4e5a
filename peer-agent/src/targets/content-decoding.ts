/**
 * Which answers are decoded on their way: browsers' service workers undo gzip and deflate, so anything else that the
 * viewer did not ask for is decoded here. Never a part of a body (RFC 9110 §15.3.7) and never a body that is not there.
 */
import type { Transform } from "node:stream";
import { createBrotliDecompress, createZstdDecompress } from "node:zlib";
import type { HeaderList, RequestHead, ResponseHead } from "@culvert/protocol/http";

const decoders: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ["br", createBrotliDecompress],
  ["zstd", createZstdDecompress],
]);

/** An answer's head as it goes to the viewer, and what its body passes through before. */
export interface DecodedAnswer {
  readonly head: ResponseHead;
  readonly decoder: Transform | undefined;
}

/** Decides on one answer. */
export function decodeAnswer(request: Pick<RequestHead, "method" | "headers">, head: ResponseHead): DecodedAnswer {
  const coding = headerValue(head.headers, "content-encoding").trim().toLowerCase();
  const make = decoders.get(coding);
  const hasBody = request.method !== "HEAD" && ![204, 205, 304].includes(head.status);
  if (make === undefined || !hasBody || head.status === 206 || asksFor(request.headers, coding)) {
    return { head, decoder: undefined };
  }
  const changed: ReadonlySet<string> = new Set(["content-encoding", "content-length"]);
  const headers = head.headers.filter(([name]) => !changed.has(name.toLowerCase()));
  return { head: { ...head, headers }, decoder: make() };
}

function asksFor(headers: HeaderList, coding: string): boolean {
  return headerValue(headers, "accept-encoding")
    .split(",")
    .some((part) => {
      const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim().toLowerCase());
      return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    });
}

function headerValue(headers: HeaderList, wanted: string): string {
  return headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .map(([, value]) => value)
    .join(",");
}
