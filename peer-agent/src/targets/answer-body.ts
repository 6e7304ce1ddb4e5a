/**
 * The way of an answer's body from a target's socket to the viewer, with back-pressure.
 * Invariant: at most `highBytes` plus one read wait for the viewer; then the target's socket is paused.
 */
import type { Transform } from "node:stream";
import { finished } from "node:stream/promises";
import type { HeaderList, ReceivedRequest } from "@culvert/protocol/http";

const highBytes = 256 * 1024;
const lowBytes = 128 * 1024;

/** What is paused while the viewer is slow. */
export interface PausableSource {
  pause(): void;
  resume(): void;
}

/** Takes the body's bytes in order; the first fault goes to `onFault` and ends everything. */
export class AnswerBody {
  readonly #request: ReceivedRequest;
  readonly #socket: PausableSource;
  readonly #decoder: Transform | undefined;
  readonly #onFault: (thrown: unknown) => void;
  #waitingBytes = 0;

  constructor(
    request: ReceivedRequest,
    socket: PausableSource,
    decoder: Transform | undefined,
    onFault: (thrown: unknown) => void,
  ) {
    this.#request = request;
    this.#socket = socket;
    this.#decoder = decoder;
    this.#onFault = onFault;
    decoder?.on("data", (bytes: Uint8Array) => this.#send(bytes, decoder));
    decoder?.on("drain", () => socket.resume());
    decoder?.on("error", onFault);
  }

  /** The next bytes of the target's body. */
  write(bytes: Uint8Array): void {
    if (this.#decoder === undefined) this.#send(bytes, this.#socket);
    else if (!this.#decoder.write(bytes)) this.#socket.pause();
  }

  /** The target's body is complete. Resolves when the viewer's stream has taken all of it. */
  async end(trailers: HeaderList): Promise<void> {
    if (this.#decoder !== undefined) {
      this.#decoder.end();
      await finished(this.#decoder);
    }
    await this.#request.endBody(trailers);
  }

  /** Frees what holds memory; nothing is sent any more. */
  destroy(): void {
    this.#decoder?.destroy();
  }

  #send(bytes: Uint8Array, source: PausableSource): void {
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > highBytes) source.pause();
    this.#request.writeBody(bytes).then(() => {
      this.#waitingBytes -= bytes.length;
      if (this.#waitingBytes <= lowBytes) source.resume();
    }, this.#onFault);
  }
}
