/** A raw byte stream to a service as a Node Duplex. */
import { Duplex } from "node:stream";
import type { ByteStream } from "@culvert/protocol/endpoint";

/**
 * Reads and writes one tcp stream, with its back-pressure; the two directions end apart. Errors are TunnelErrors:
 * `unsupported` from an agent whose service is no tcp service.
 */
export class ServiceSocket extends Duplex {
  readonly #stream: ByteStream;
  #isReading = false;

  constructor(stream: ByteStream) {
    super({ allowHalfOpen: true });
    this.#stream = stream;
  }

  override _read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#stream.read().then(
      (bytes) => {
        this.#isReading = false;
        this.push(bytes);
      },
      (error: Error) => this.destroy(error),
    );
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, written: (error?: Error) => void): void {
    // A stream keeps what it is given until the agent has it; Node's writer may use its memory again before.
    this.#stream.write(new Uint8Array(chunk)).then(() => written(), written);
  }

  override _final(done: () => void): void {
    this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    // After both ends nothing is dropped: what was written may still be on its way.
    if (error !== null || !this.readableEnded || !this.writableFinished) this.#stream.reset("canceled");
    done(error);
  }
}
