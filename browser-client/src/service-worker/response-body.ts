/**
 * The body of an answer: chunks from the port become a ReadableStream, and credit goes back as its reader takes them.
 * Invariant: received bytes that nobody has read never pass `initialCreditBytes`, and a body without its end is an
 * error, never a short success.
 */
import { chunkBytes, initialCreditBytes } from "../ports/http-port.ts";

/** `grant` raises the core's limit (absolute bytes); `cancel` is called once if the reader gives up. */
export interface ResponseBodyOptions {
  grant(limitBytes: number): void;
  cancel(): void;
}

/** One body. Told by the exchange; after `end` or `fail` every further call is ignored. */
export class ResponseBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #options: ResponseBodyOptions;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #received = 0;
  #granted = initialCreditBytes;

  constructor(options: ResponseBodyOptions) {
    this.#options = options;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#raise(),
        cancel: () => {
          this.#controller = undefined;
          options.cancel();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: initialCreditBytes }),
    );
  }

  /** The next bytes; the body keeps them. */
  push(bytes: Uint8Array): void {
    if (this.#controller === undefined || bytes.length === 0) return;
    this.#received += bytes.length;
    this.#controller.enqueue(bytes);
  }

  /** The body is complete. */
  end(): void {
    this.#controller?.close();
    this.#controller = undefined;
  }

  /** The body is cut: its reader sees an error. */
  fail(reason: Error): void {
    this.#controller?.error(reason);
    this.#controller = undefined;
  }

  /** Grants what the queue has room for, in steps that are worth a message. */
  #raise(): void {
    const limit = this.#received + Math.max(0, this.#controller?.desiredSize ?? 0);
    if (limit - this.#granted < chunkBytes) return;
    this.#granted = limit;
    this.#options.grant(limit);
  }
}
