/** Records that hold objects, and what a receiver says of records out of their order. */
import type { z } from "zod";
import { TunnelError } from "../errors.ts";
import { decodeObject } from "../wire/msgpack.ts";
import type { RecordPart } from "./record-reader.ts";
import { largestRecordBytes, type WholeRecordName } from "./record-types.ts";

/** The object of a whole record. Throws TunnelError `protocol-error` (scope stream, origin remote) where it does not fit. */
export function readObject<Schema extends z.ZodType>(
  schema: Schema,
  name: WholeRecordName,
  bytes: Uint8Array,
): z.output<Schema> {
  return decodeObject(schema, bytes, largestRecordBytes[name], `the ${name} record`);
}

/** A record out of its order. */
export function misplaced(part: RecordPart | null, expected: string): TunnelError {
  const seen = part === null ? "END" : part.type === "data" ? "data" : `a ${part.name} record`;
  return new TunnelError("protocol-error", `${seen} came where ${expected} belongs`, {
    scope: "stream",
    origin: "remote",
  });
}
