/** The header of a record, which frames may cut anywhere: `type varint, length varint` (SPEC.md §Records). */
import { TunnelError } from "../errors.ts";
import { ReadCursor, varintSize, WriteCursor } from "../wire/cursor.ts";

/** What stands before a record's bytes. */
export interface RecordHeader {
  readonly type: number;
  readonly lengthBytes: number;
}

/** The bytes of a header. */
export function encodeRecordHeader(type: number, lengthBytes: number): Uint8Array {
  const header = new Uint8Array(varintSize(type) + varintSize(lengthBytes));
  const cursor = new WriteCursor(header);
  cursor.writeVarint(type);
  cursor.writeVarint(lengthBytes);
  return header;
}

/** Collects one header byte by byte; two varints are 16 bytes at most. */
export class RecordHeaderCollector {
  readonly #bytes = new Uint8Array(16);
  #length = 0;

  /** True between the first byte of a header and its last. */
  get isInside(): boolean {
    return this.#length > 0;
  }

  /** Takes the next byte; the header where this was its last one. Throws `protocol-error` for a number above 2^53 − 1. */
  take(byte: number): RecordHeader | null {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    const typeSize = varintSizeOf(this.#bytes[0]);
    if (this.#length <= typeSize) return null;
    if (this.#length < typeSize + varintSizeOf(this.#bytes[typeSize])) return null;
    this.#length = 0;
    const cursor = new ReadCursor(this.#bytes);
    try {
      return { type: cursor.readVarint(), lengthBytes: cursor.readVarint() };
    } catch (cause) {
      const { code, message } = TunnelError.from(cause);
      throw new TunnelError(code, message, { scope: "stream", origin: "remote", cause });
    }
  }
}

/** The size that a varint's first byte declares (RFC 9000 §16). */
function varintSizeOf(first = 0): number {
  return 1 << (first >> 6);
}
