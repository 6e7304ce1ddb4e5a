/** Counts the bytes of a body that the agent has acknowledged, from the stream's own count, heads and records included. */
import type { ByteStream } from "@culvert/protocol/endpoint";

/** Follows what is written on a stream; write the body through `stream`. */
export class UploadProgress {
  /** The stream, counted. */
  readonly stream: ByteStream;
  readonly #inner: ByteStream;
  #writtenBytes = 0;
  #bodyBytes = 0;
  #acknowledgedBytes = 0;
  /** Where body runs end in the stream, oldest first. */
  readonly #marks: { readonly streamEnd: number; readonly bodyEnd: number }[] = [];

  constructor(stream: ByteStream) {
    this.#inner = stream;
    this.stream = {
      id: stream.id,
      kind: stream.kind,
      closed: stream.closed,
      read: () => stream.read(),
      write: (bytes) => this.#write(bytes),
      end: () => stream.end(),
      reset: (code) => stream.reset(code),
      stop: (code) => stream.stop(code),
      acknowledgedBytes: () => stream.acknowledgedBytes(),
    };
  }

  /** Call right after a run of `sizeBytes` was handed to the record writer. */
  bodyWritten(sizeBytes: number): void {
    this.#bodyBytes += sizeBytes;
    this.#marks.push({ streamEnd: this.#writtenBytes, bodyEnd: this.#bodyBytes });
  }

  /** True where everything that was written is acknowledged. */
  get complete(): boolean {
    return this.acknowledgedBytes() === this.#bodyBytes;
  }

  /** Body bytes that the agent has. */
  acknowledgedBytes(): number {
    const acknowledged = this.#inner.acknowledgedBytes();
    for (let mark = this.#marks[0]; mark !== undefined && mark.streamEnd <= acknowledged; mark = this.#marks[0]) {
      this.#acknowledgedBytes = mark.bodyEnd;
      this.#marks.shift();
    }
    return this.#acknowledgedBytes;
  }

  #write(bytes: Uint8Array): Promise<void> {
    this.#writtenBytes += bytes.length;
    return this.#inner.write(bytes);
  }
}
