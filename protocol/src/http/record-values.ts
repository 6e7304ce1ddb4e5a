/** Records that hold objects, and what a receiver does with them: decode, check, or turn a failure into an error. */
import type { z } from "zod";
import { TunnelError } from "../errors.ts";
import { decodeObject } from "../wire/msgpack.ts";
import { failureSchema } from "./heads.ts";
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

/** The peer's failure record as the error that it stands for: origin remote, scope stream, its message and hint. */
export function failureError(bytes: Uint8Array): TunnelError {
  const { code, message, hint } = readObject(failureSchema, "failure", bytes);
  return new TunnelError(code, message, { scope: "stream", origin: "remote", hint });
}

/** A record out of its order. */
export function misplaced(part: RecordPart | null, expected: string): TunnelError {
  const seen = part === null ? "END" : part.type === "data" ? "data" : `a ${part.name} record`;
  return new TunnelError("protocol-error", `${seen} came where ${expected} belongs`, {
    scope: "stream",
    origin: "remote",
  });
}
