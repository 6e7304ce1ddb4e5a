/**
 * The body of a request on its way to the core. A short one is read ahead, so that it travels with its length:
 * a fetch event does not tell it, and many a target wants a Content-Length.
 */
import { chunkBytes } from "../ports/http-port.ts";
import type { SendCredit } from "./send-credit.ts";

/** Bodies up to this are read before the request leaves. */
export const peekBytes = 256 * 1024;

/** A request's body as a stream; Firefox has none on Request, so the blob is read there. Null where there is none. */
export async function bodyStreamOf(request: Request): Promise<ReadableStream<Uint8Array> | null> {
  if (request.method === "GET" || request.method === "HEAD") return null;
  if (request.body !== undefined) return request.body;
  const blob = await request.blob();
  return blob.size === 0 ? null : blob.stream();
}

/** One body, read in order. Invariant: what was read ahead is given by `next()` first. */
export class RequestBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #ahead: Uint8Array[] = [];
  #pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  #isEnded = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /**
   * Reads ahead until the end, `peekBytes` or `stalled` (a body that is made while it is sent must not wait).
   * The whole size where the end was reached, else null.
   */
  async peek(stalled: Promise<void>): Promise<number | null> {
    const stop = stalled.then(() => null);
    let size = 0;
    while (size < peekBytes) {
      this.#pending = this.#reader.read();
      const result = await Promise.race([this.#pending, stop]);
      if (result === null) return null;
      this.#pending = undefined;
      if (result.done) {
        this.#isEnded = true;
        return size;
      }
      this.#ahead.push(result.value);
      size += result.value.length;
    }
    return null;
  }

  /** The next bytes, or undefined at the end. Rejects where the body breaks. */
  async next(): Promise<Uint8Array | undefined> {
    const ahead = this.#ahead.shift();
    if (ahead !== undefined) return ahead;
    if (this.#isEnded) return undefined;
    const result = await (this.#pending ?? this.#reader.read());
    this.#pending = undefined;
    this.#isEnded = result.done;
    return result.value;
  }

  /** Nobody wants the rest. */
  cancel(): void {
    this.#isEnded = true;
    this.#reader.cancel().catch(() => undefined);
  }
}

/** Sends a body in chunks against credit; each given buffer may be transferred. Resolves after the last byte. */
export async function sendBody(
  body: RequestBody,
  credit: SendCredit,
  send: (bytes: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  for (let bytes = await body.next(); bytes !== undefined; bytes = await body.next()) {
    for (let offset = 0; offset < bytes.length; ) {
      const taken = await credit.take(Math.min(chunkBytes, bytes.length - offset));
      send(new Uint8Array(bytes.subarray(offset, offset + taken)));
      offset += taken;
    }
  }
}
