/**
 * The body of a request on its way to the core. Where its size is not known it is read to its end before the request
 * leaves, so that it travels with its length: a fetch event does not tell it, browsers send one to every HTTP/1.1
 * server, and many a target takes no chunked body. A long one waits in a Blob, which the browser keeps on disk.
 */
import { chunkBytes } from "../ports/http-port.ts";
import type { SendCredit } from "./send-credit.ts";

/** Read-ahead bytes beyond this leave the worker's memory for a Blob. */
export const memoryBytes = 1024 * 1024;

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
  #ahead: BlobPart[] = [];
  #aheadReader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  #isEnded = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /**
   * Reads ahead to the end and gives the size; null where some read takes until `stall()` (a body that is made while
   * it is sent must not wait). Rejects where the body breaks.
   */
  async measure(stall: () => Promise<void>): Promise<number | null> {
    let size = 0;
    let inMemory = 0;
    for (;;) {
      this.#pending = this.#reader.read();
      const result = await Promise.race([this.#pending, stall().then(() => null)]);
      if (result === null) return null;
      this.#pending = undefined;
      if (result.done) {
        this.#isEnded = true;
        return size;
      }
      this.#ahead.push(result.value as BlobPart);
      size += result.value.length;
      inMemory += result.value.length;
      if (inMemory < memoryBytes) continue;
      this.#ahead = [new Blob(this.#ahead)];
      inMemory = 0;
    }
  }

  /** The next bytes, or undefined at the end. Rejects where the body breaks. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#ahead.length > 0) this.#aheadReader = new Blob(this.#ahead.splice(0)).stream().getReader();
    const ahead = await this.#aheadReader?.read();
    if (ahead?.done === false) return ahead.value;
    this.#aheadReader = undefined;
    if (this.#isEnded) return undefined;
    const result = await (this.#pending ?? this.#reader.read());
    this.#pending = undefined;
    this.#isEnded = result.done;
    return result.value;
  }

  /** Nobody wants the rest. */
  cancel(): void {
    this.#isEnded = true;
    this.#ahead = [];
    this.#aheadReader?.cancel().catch(() => undefined);
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
