/**
 * Reads records from a byte stream whatever way they were cut into frames (SPEC.md §Records).
 * Invariant: memory grows with bytes received, never with bytes announced; a large record is read only with a place in
 * the tunnel's message room, which it holds until the next one is asked for.
 */
import type { Code } from "../codes.ts";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import type { MessageSeat } from "../endpoint/message-room.ts";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { GrowingBytes } from "./growing-bytes.ts";
import { type RecordHeader, RecordHeaderCollector } from "./record-header.ts";
import { largestRecordBytes, type RecordName, recordTypes, type WholeRecordName } from "./record-types.ts";

/** What a reader yields: a whole record, or a run of body bytes. The bytes are the caller's. */
export type RecordPart =
  | { readonly type: "record"; readonly name: WholeRecordName; readonly bytes: Uint8Array }
  | { readonly type: "data"; readonly bytes: Uint8Array };

const nameByType = new Map<number, RecordName>(
  Object.entries(recordTypes).map(([name, type]) => [type, name as RecordName]),
);

/** The record that a reader stands in. */
type OpenRecord =
  | { readonly type: "whole"; readonly name: WholeRecordName; readonly bytes: GrowingBytes }
  | { readonly type: "data" | "skipped"; missingBytes: number };

/** One reader per stream direction; one `next` at a time. */
export class RecordReader {
  readonly #stream: ByteStream;
  readonly #allowed: ReadonlySet<RecordName>;
  readonly #header = new RecordHeaderCollector();
  #seat: MessageSeat | undefined;
  #givesSeatBack = false;
  #record: OpenRecord | null = null;
  /** Bytes read from the stream and not used yet. */
  #unread: Uint8Array = new Uint8Array(0);

  /** `allowed`: the records that this direction of this kind of stream may carry; any other known one is a fault. */
  constructor(stream: ByteStream, allowed: readonly RecordName[]) {
    this.#stream = stream;
    this.#allowed = new Set(allowed);
  }

  /**
   * The next whole record or run of body bytes, null after END between records. Rejects as `ByteStream.read` does, and
   * with a TunnelError (scope stream, origin remote): `protocol-error` for END inside a record and for a record that is
   * not allowed here, `limit-reached` for one that is too long.
   */
  async next(): Promise<RecordPart | null> {
    this.#release();
    for (;;) {
      const part = this.#advance();
      if (part !== null) return part;
      if (this.#record?.type === "whole" && this.#seat === undefined)
        await this.#takeSeat(this.#record.bytes.lengthBytes);
      const bytes = await this.#stream.read();
      if (bytes !== null) this.#unread = bytes;
      else if (this.#record === null && !this.#header.isInside) return null;
      else throw fault("protocol-error", "the stream ended inside a record");
    }
  }

  /** What the unread bytes complete, or null once they are used up. */
  #advance(): RecordPart | null {
    for (;;) {
      const record = this.#record;
      if (record === null) {
        const header = this.#readHeader();
        if (header === null) return null;
        this.#record = this.#begin(header);
        continue;
      }
      if (record.type === "whole") {
        record.bytes.append(this.#take(record.bytes.missingBytes));
        if (record.bytes.missingBytes > 0) return null;
        this.#record = null;
        return { type: "record", name: record.name, bytes: record.bytes.whole() };
      }
      const bytes = this.#take(record.missingBytes);
      record.missingBytes -= bytes.length;
      if (record.missingBytes === 0) this.#record = null;
      if (record.type === "data" && bytes.length > 0) return { type: "data", bytes };
      if (this.#record !== null && this.#unread.length === 0) return null;
    }
  }

  /** Small records need none. */
  async #takeSeat(lengthBytes: number): Promise<void> {
    if (lengthBytes <= limits.smallMessageBytes) return;
    this.#seat = this.#stream.messageRoom?.take(lengthBytes);
    if (!this.#givesSeatBack) {
      this.#givesSeatBack = true;
      const release = (): void => this.#release();
      this.#stream.closed.then(release, release);
    }
    await this.#seat?.granted;
  }

  #release(): void {
    this.#seat?.release();
    this.#seat = undefined;
  }

  #readHeader(): RecordHeader | null {
    for (const [index, byte] of this.#unread.entries()) {
      const header = this.#header.take(byte);
      if (header === null) continue;
      this.#unread = this.#unread.subarray(index + 1);
      return header;
    }
    this.#unread = this.#unread.subarray(this.#unread.length);
    return null;
  }

  /** SPEC.md §Records: an unknown type is skipped by its length, a known one must be allowed here and short enough. */
  #begin({ type, lengthBytes }: RecordHeader): OpenRecord {
    const name = nameByType.get(type);
    if (name === undefined) return { type: "skipped", missingBytes: lengthBytes };
    if (!this.#allowed.has(name)) throw fault("protocol-error", `a ${name} record has no place on this stream`);
    if (name === "data") return { type: "data", missingBytes: lengthBytes };
    const largest = largestRecordBytes[name];
    if (lengthBytes <= largest) return { type: "whole", name, bytes: new GrowingBytes(lengthBytes) };
    throw fault("limit-reached", `a ${name} record has ${lengthBytes} bytes, ${largest} are allowed`);
  }

  #take(mostBytes: number): Uint8Array {
    const bytes = this.#unread.subarray(0, mostBytes);
    this.#unread = this.#unread.subarray(bytes.length);
    return bytes;
  }
}

function fault(code: Code, message: string): TunnelError {
  return new TunnelError(code, message, { scope: "stream", origin: "remote" });
}
