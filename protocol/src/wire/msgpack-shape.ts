/**
 * Walks msgpack bytes before anything is made of them. The decoder is a general one with extension types of its own
 * (regular expressions, typed arrays, record definitions); a peer gets plain data only (SPEC.md §Objects).
 */

/** Containers inside containers; our deepest object, a header list in an answer, has four. */
const maxDepth = 8;

/** Why bytes are no plain msgpack object, or null where they are one value of nil, bool, number, str, bin, array and map. */
export function msgpackFault(bytes: Uint8Array): string | null {
  const end = skipValue(bytes, 0, 0);
  if (typeof end === "string") return end;
  return end === bytes.length ? null : `${bytes.length - end} bytes follow the object`;
}

/** The offset after the value at `offset`, or what is wrong with it. */
function skipValue(bytes: Uint8Array, offset: number, depth: number): number | string {
  const token = bytes[offset];
  if (token === undefined) return "the object is cut short";
  const next = offset + 1;
  if (token <= 0x7f || token >= 0xe0) return next;
  if (token <= 0x8f) return skipItems(bytes, next, token & 0x0f, true, depth);
  if (token <= 0x9f) return skipItems(bytes, next, token & 0x0f, false, depth);
  if (token <= 0xbf) return skipBytes(bytes, next, token & 0x1f);
  const width = headerWidths[token];
  if (width === undefined) return `type 0x${token.toString(16)} is not allowed`;
  const value = width.kind === "fixed" ? width.bytes : readLength(bytes, next, width.bytes);
  if (value === undefined) return "the object is cut short";
  switch (width.kind) {
    case "fixed":
      return skipBytes(bytes, next, value);
    case "bytes":
      return skipBytes(bytes, next + width.bytes, value);
    case "array":
      return skipItems(bytes, next + width.bytes, value, false, depth);
    case "map":
      return skipItems(bytes, next + width.bytes, value, true, depth);
  }
}

type Header = { readonly kind: "fixed" | "bytes" | "array" | "map"; readonly bytes: number };

/** Types by token: `bytes` is the size of the value (fixed) or of the length that follows the token. */
const headerWidths: Readonly<Record<number, Header>> = {
  192: { kind: "fixed", bytes: 0 },
  194: { kind: "fixed", bytes: 0 },
  195: { kind: "fixed", bytes: 0 },
  196: { kind: "bytes", bytes: 1 },
  197: { kind: "bytes", bytes: 2 },
  198: { kind: "bytes", bytes: 4 },
  202: { kind: "fixed", bytes: 4 },
  203: { kind: "fixed", bytes: 8 },
  204: { kind: "fixed", bytes: 1 },
  205: { kind: "fixed", bytes: 2 },
  206: { kind: "fixed", bytes: 4 },
  207: { kind: "fixed", bytes: 8 },
  208: { kind: "fixed", bytes: 1 },
  209: { kind: "fixed", bytes: 2 },
  210: { kind: "fixed", bytes: 4 },
  211: { kind: "fixed", bytes: 8 },
  217: { kind: "bytes", bytes: 1 },
  218: { kind: "bytes", bytes: 2 },
  219: { kind: "bytes", bytes: 4 },
  220: { kind: "array", bytes: 2 },
  221: { kind: "array", bytes: 4 },
  222: { kind: "map", bytes: 2 },
  223: { kind: "map", bytes: 4 },
};

function readLength(bytes: Uint8Array, offset: number, width: number): number | undefined {
  let length = 0;
  for (let index = offset; index < offset + width; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    length = length * 256 + byte;
  }
  return length;
}

function skipBytes(bytes: Uint8Array, offset: number, length: number): number | string {
  return offset + length <= bytes.length ? offset + length : "the object is cut short";
}

function skipItems(bytes: Uint8Array, offset: number, count: number, isMap: boolean, depth: number): number | string {
  if (depth >= maxDepth) return `the object is more than ${maxDepth} deep`;
  let position: number | string = offset;
  for (let index = 0; index < count; index += 1) {
    if (isMap) {
      if (!isText(bytes[position])) return "a map key is not a text";
      position = skipValue(bytes, position, depth + 1);
      if (typeof position === "string") return position;
    }
    position = skipValue(bytes, position, depth + 1);
    if (typeof position === "string") return position;
  }
  return position;
}

function isText(token: number | undefined): boolean {
  return token !== undefined && ((token >= 0xa0 && token <= 0xbf) || (token >= 0xd9 && token <= 0xdb));
}
