/** The body of a request or an answer: data records, then trailers or nothing, then END. */
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { type HeaderList, headerListSchema } from "./heads.ts";
import type { RecordReader } from "./record-reader.ts";
import { misplaced, readObject } from "./record-values.ts";
import { failed } from "./stream-finish.ts";

/** Reads a body whose head has been read. One `read` at a time. */
export class BodyReader {
  readonly #stream: ByteStream;
  readonly #records: RecordReader;
  #trailers: HeaderList = [];
  #state: "data" | "trailers" | "ended" = "data";

  constructor(stream: ByteStream, records: RecordReader) {
    this.#stream = stream;
    this.#records = records;
  }

  /** The trailers, once `read` has given null. */
  get trailers(): HeaderList {
    return this.#trailers;
  }

  /**
   * The next run of bytes (the caller's), null after a complete body. A body that is cut short always rejects: with
   * the peer's failure or reset (origin remote), or `protocol-error`.
   */
  async read(): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#state === "ended") return null;
      const part = await this.#records.next();
      if (part === null) {
        this.#state = "ended";
      } else if (part.type === "record" && part.name === "failure") {
        throw failed(this.#stream, part.bytes);
      } else if (this.#state === "trailers") {
        throw misplaced(part, "END");
      } else if (part.type === "data") {
        return part.bytes;
      } else if (part.name === "trailers") {
        this.#trailers = readObject(headerListSchema, "trailers", part.bytes);
        this.#state = "trailers";
      } else {
        throw misplaced(part, "data, trailers or END");
      }
    }
  }
}
