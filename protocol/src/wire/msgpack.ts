/**
 * The one place where objects become bytes and bytes from a peer become objects (SPEC.md §Objects).
 * Invariant: what `decodeObject` returns was bounded before it was decoded and checked by its schema after.
 */
import { Packr, Unpackr } from "msgpackr";
import type { z } from "zod";
import { TunnelError } from "../errors.ts";
import { msgpackFault } from "./msgpack-shape.ts";

/** Plain maps and arrays only: no records, no references between objects; extension types are refused before decoding. */
const plainData = {
  useRecords: false,
  mapsAsObjects: true,
  structuredClone: false,
  moreTypes: false,
  bundleStrings: false,
  int64AsType: "number",
  copyBuffers: true,
} as const;
const packr = new Packr({ ...plainData });
const unpackr = new Unpackr({ ...plainData });

/** The msgpack bytes of a plain object without undefined fields. The caller owns them alone. */
export function encodeObject(value: object): Uint8Array<ArrayBuffer> {
  const packed: Uint8Array = packr.pack(value);
  // The packer hands out parts of one shared buffer; a part must never be transferred or kept.
  return new Uint8Array(packed);
}

/**
 * The object in `bytes` as its schema has it; unknown fields are dropped, byte strings are copies. Throws TunnelError
 * `protocol-error` (scope stream, origin remote) beyond `maxBytes`, for any type but plain data, and where the schema
 * does not fit.
 */
export function decodeObject<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  maxBytes: number,
  what: string,
): z.output<Schema> {
  if (bytes.length > maxBytes) throw refused(`${what} has ${bytes.length} bytes, ${maxBytes} are allowed`);
  const fault = msgpackFault(bytes);
  if (fault !== null) throw refused(`${what} is not plain msgpack: ${fault}`);
  let value: unknown;
  try {
    // A view of its own: the decoder leaves marks on the object that it is given.
    value = unpackr.unpack(bytes.subarray());
  } catch (cause) {
    throw refused(`${what} is not msgpack`, cause);
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw refused(
    `${what} does not fit at "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "invalid"}`.slice(0, 256),
  );
}

function refused(message: string, cause?: unknown): TunnelError {
  return new TunnelError("protocol-error", message, { scope: "stream", origin: "remote", cause });
}
