/** Writes records onto a byte stream: `type varint, length varint, bytes` (SPEC.md §Records). */
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import { encodeObject } from "../wire/msgpack.ts";
import type { HeaderList } from "./heads.ts";
import { encodeRecordHeader } from "./record-header.ts";
import { largestRecordBytes, type RecordName, recordTypes } from "./record-types.ts";

/** Payloads up to this size are joined with their header into one write; above, the copy costs more than the write. */
const joinedBytes = 1024;

/** One writer per stream direction. Records leave whole and in the order of the calls, also where calls overlap. */
export class RecordWriter {
  readonly #stream: ByteStream;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /**
   * Writes one record; resolves and rejects as `ByteStream.write` does, and rejects with `limit-reached` where no
   * receiver would take it. The bytes must not be changed after.
   */
  async write(name: RecordName, bytes: Uint8Array): Promise<void> {
    if (name !== "data" && bytes.length > largestRecordBytes[name]) {
      const message = `a ${name} record of ${bytes.length} bytes, ${largestRecordBytes[name]} are allowed`;
      throw new TunnelError("limit-reached", message, { scope: "stream" });
    }
    const header = encodeRecordHeader(recordTypes[name], bytes.length);
    if (bytes.length > joinedBytes) {
      // Both are queued before anything is awaited: nothing comes between a header and its bytes.
      await Promise.all([this.#stream.write(header), this.#stream.write(bytes)]);
      return;
    }
    const record = new Uint8Array(header.length + bytes.length);
    record.set(header);
    record.set(bytes, header.length);
    await this.#stream.write(record);
  }

  /** Writes one record that holds an object as msgpack. */
  writeObject(name: RecordName, value: object): Promise<void> {
    return this.write(name, encodeObject(value));
  }

  /** Writes a last record and ends this direction. Resolves as `write` does. */
  endWith(name: RecordName, value: object): Promise<void> {
    const written = this.writeObject(name, value);
    this.end();
    return written;
  }

  /** Ends a body, with a trailers record where there are any. */
  async endBody(trailers: HeaderList): Promise<void> {
    if (trailers.length > 0) await this.endWith("trailers", trailers);
    else this.end();
  }

  /** Ends this direction after all records. Idempotent. */
  end(): void {
    this.#stream.end();
  }
}
