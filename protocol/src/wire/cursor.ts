/**
 * Reading and writing of bytes and varints at a moving position.
 * Invariant: nothing is read or written outside the given bytes; a declared size is checked before it is used.
 *
 * Varint (RFC 9000 §16), here bounded to 2^53 − 1; any of the four sizes may hold a value that fits it:
 *   first byte 00xxxxxx  1 byte   0 … 63
 *              01xxxxxx  2 bytes  … 16,383
 *              10xxxxxx  4 bytes  … 1,073,741,823
 *              11xxxxxx  8 bytes  … 9,007,199,254,740,991
 */
import { TunnelError } from "../errors.ts";

/** The largest value of a varint. */
export const largestVarint = Number.MAX_SAFE_INTEGER;

const largestOneByte = 0x3f;
const largestTwoBytes = 0x3fff;
const largestFourBytes = 0x3fff_ffff;
const twoTo32 = 2 ** 32;

/** Bytes that `writeVarint` takes for a value: 1, 2, 4 or 8. */
export function varintSize(value: number): 1 | 2 | 4 | 8 {
  if (value <= largestOneByte) return 1;
  if (value <= largestTwoBytes) return 2;
  return value <= largestFourBytes ? 4 : 8;
}

/** A malformed message: it closes the path that brought it (SPEC.md §Messages). */
export function malformed(message: string): TunnelError {
  return new TunnelError("protocol-error", message, { scope: "path", origin: "remote" });
}

/** Reads forward through bytes that it never copies. Throws TunnelError `protocol-error` (scope path) at their end. */
export class ReadCursor {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  readByte(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined) throw malformed("the message ends inside a frame");
    this.#position += 1;
    return byte;
  }

  readVarint(): number {
    const first = this.readByte();
    const size = 1 << (first >> 6);
    if (size === 1) return first;
    let value = first & largestOneByte;
    for (let index = 1; index < size; index++) value = value * 256 + this.readByte();
    if (value > largestVarint) throw malformed("a number is above 2^53 - 1");
    return value;
  }

  /** A view of the next bytes; the declared length is checked first. */
  readBytes(length: number): Uint8Array {
    if (length > this.remaining) throw malformed(`${length} bytes are declared, ${this.remaining} are there`);
    const start = this.#position;
    this.#position += length;
    return this.#bytes.subarray(start, this.#position);
  }
}

/** Writes forward into bytes of a fixed capacity; the caller checks `remaining` first. */
export class WriteCursor {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  writeByte(value: number): void {
    this.#bytes[this.#reserve(1)] = value;
  }

  writeVarint(value: number): void {
    const size = varintSize(value);
    const at = this.#reserve(size);
    const bytes = this.#bytes;
    if (size === 1) {
      bytes[at] = value;
    } else if (size === 2) {
      bytes[at] = 0x40 | (value >> 8);
      bytes[at + 1] = value & 0xff;
    } else if (size === 4) {
      writeUint32(bytes, at, value + 0x8000_0000);
    } else {
      writeUint32(bytes, at, Math.floor(value / twoTo32) + 0xc000_0000);
      writeUint32(bytes, at + 4, value % twoTo32);
    }
  }

  writeBytes(source: Uint8Array): void {
    this.#bytes.set(source, this.#reserve(source.length));
  }

  /** A view of the next `length` bytes, for the caller to fill. */
  take(length: number): Uint8Array {
    const at = this.#reserve(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A view of what is written so far. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#position);
  }

  #reserve(length: number): number {
    const at = this.#position;
    if (length > this.remaining) throw new RangeError(`${length} bytes to write, ${this.remaining} free`);
    this.#position += length;
    return at;
  }
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
