/**
 * Last-Event-ID for event sources that reconnect: a fetch event does not show the browser's own header, so the ids are
 * read from the streams that pass (html.spec.whatwg.org §9.2.6). Invariant: an id is kept per client and address while
 * its event source may come back, which it does not after closing its stream itself.
 */

import { toByteString } from "../ports/byte-string.ts";

/** Ids kept at most; the oldest go first. */
const maxIds = 256;
/** Longest id that is kept, and so as much of a line as is looked at. */
const maxLineLength = 1_024;

export class EventSourceIds {
  readonly #ids = new Map<string, string>();

  /** The id to send with a request, as a header holds it; undefined where there is none. */
  lastFor(clientId: string, url: string): string | undefined {
    const id = this.#ids.get(keyOf(clientId, url));
    return id === undefined ? undefined : toByteString(id);
  }

  /** The same stream, with its ids kept. */
  follow(clientId: string, url: string, source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const key = keyOf(clientId, url);
    const lines = new EventIdReader((id) => this.#keep(key, id));
    const reader = source.getReader();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          // An event source reconnects after an end, and never after an error of a worker's answer.
          const { done, value } = await reader.read().catch(() => ({ done: true as const, value: undefined }));
          if (done) {
            controller.close();
            return;
          }
          lines.read(value);
          controller.enqueue(value);
        },
        cancel: (reason) => {
          this.#ids.delete(key);
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  #keep(key: string, id: string): void {
    this.#ids.delete(key);
    if (id !== "") this.#ids.set(key, id);
    const [oldest] = this.#ids.keys();
    if (this.#ids.size > maxIds && oldest !== undefined) this.#ids.delete(oldest);
  }
}

/** Tells an id when the event that brings it is complete. */
class EventIdReader {
  readonly #onId: (id: string) => void;
  readonly #decoder = new TextDecoder();
  #line = "";
  #id: string | undefined;
  #endedInReturn = false;

  constructor(onId: (id: string) => void) {
    this.#onId = onId;
  }

  read(bytes: Uint8Array): void {
    let text = this.#decoder.decode(bytes, { stream: true });
    // A line break of two characters may be cut by a chunk's end.
    if (this.#endedInReturn && text.startsWith("\n")) text = text.slice(1);
    this.#endedInReturn = text === "" ? this.#endedInReturn : text.endsWith("\r");
    const [first = "", ...rest] = text.split(/\r\n|\n|\r/);
    this.#append(first);
    for (const part of rest) {
      this.#take(this.#line);
      this.#line = "";
      this.#append(part);
    }
  }

  #append(text: string): void {
    if (this.#line.length <= maxLineLength) this.#line += text.slice(0, maxLineLength + 1);
  }

  #take(line: string): void {
    if (line === "") {
      if (this.#id !== undefined) this.#onId(this.#id);
      this.#id = undefined;
      return;
    }
    const [, value = ""] = /^id(?:: ?(.*))?$/.exec(line) ?? [];
    if (/^id(:|$)/.test(line) && line.length <= maxLineLength && !value.includes("\0")) this.#id = value;
  }
}

function keyOf(clientId: string, url: string): string {
  return `${clientId} ${url}`;
}
