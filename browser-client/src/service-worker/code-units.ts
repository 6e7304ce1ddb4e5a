/**
 * Text read as code units straight from bytes, for encodings in which ASCII markup can be found without decoding:
 * every ASCII-compatible one, and UTF-16 by its byte order mark or label.
 */

/** How bytes become code units: one byte each, or two in the named order. */
export type UnitLayout = "bytes" | "utf-16le" | "utf-16be";

/** A view of bytes as code units. It copies nothing; `bytes` must not change while it is used. */
export class CodeUnits {
  readonly bytes: Uint8Array;
  readonly layout: UnitLayout;

  constructor(bytes: Uint8Array, layout: UnitLayout) {
    this.bytes = bytes;
    this.layout = layout;
  }

  /** Whole code units in the bytes. */
  get length(): number {
    return this.layout === "bytes" ? this.bytes.length : this.bytes.length >> 1;
  }

  /** The code unit at an index, or -1 past the end. */
  at(index: number): number {
    if (index >= this.length) return -1;
    if (this.layout === "bytes") return this.bytes[index] ?? -1;
    const first = this.bytes[index * 2] ?? 0;
    const second = this.bytes[index * 2 + 1] ?? 0;
    return this.layout === "utf-16le" ? first | (second << 8) : (first << 8) | second;
  }

  /** True where the lower-case ASCII text stands at the index, in any case. */
  startsWith(text: string, index: number): boolean {
    for (let offset = 0; offset < text.length; offset += 1) {
      if (toLowerCase(this.at(index + offset)) !== text.charCodeAt(offset)) return false;
    }
    return true;
  }

  /** Index of the ASCII text at or after an index, or -1. */
  indexOf(text: string, from: number): number {
    for (let index = from; index + text.length <= this.length; index += 1) {
      if (this.startsWith(text, index)) return index;
    }
    return -1;
  }

  /** Where a code unit begins in the bytes. */
  byteOffset(index: number): number {
    return this.layout === "bytes" ? index : index * 2;
  }
}

/** The layout that a byte order mark states (encoding.spec.whatwg.org §6 "BOM sniff"), or undefined without one. */
export function layoutOfMark(bytes: Uint8Array): { layout: UnitLayout; units: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { layout: "bytes", units: 3 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { layout: "utf-16be", units: 1 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { layout: "utf-16le", units: 1 };
  return undefined;
}

/** ASCII markup in the bytes of a layout. */
export function encodeAscii(text: string, layout: UnitLayout): Uint8Array {
  const size = layout === "bytes" ? 1 : 2;
  const bytes = new Uint8Array(text.length * size);
  for (let index = 0; index < text.length; index += 1) {
    bytes[index * size + (layout === "utf-16be" ? 1 : 0)] = text.charCodeAt(index);
  }
  return bytes;
}

function toLowerCase(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
}
