/** Events of a stream as they pass. Invariant: what it cannot read, it leaves alone; it holds at most one event's text. */
import { createParser } from "eventsource-parser";

/** One event. */
export interface ReadEvent {
  /** Its name, and its id where it has one. */
  readonly label: string;
  readonly text: string;
  readonly sizeBytes: number;
}

/** An event that is longer is no line in a list; reading ends there. */
const mostCharacters = 1024 * 1024;

/** Reads one stream. */
export class EventReader {
  readonly #decoder = new TextDecoder();
  readonly #parser;
  #isOver = false;

  constructor(onEvent: (event: ReadEvent) => void) {
    this.#parser = createParser({
      maxBufferSize: mostCharacters,
      onEvent: ({ data, event = "message", id }) => {
        const label = id === undefined || id === "" ? event : `${event} #${id}`;
        onEvent({ label: label.slice(0, 128), text: data, sizeBytes: new TextEncoder().encode(data).length });
      },
      onError: ({ type }) => {
        if (type === "max-buffer-size-exceeded") this.#isOver = true;
      },
    });
  }

  /** Bytes of the body, in order. */
  take(bytes: Uint8Array): void {
    if (!this.#isOver) this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }
}
