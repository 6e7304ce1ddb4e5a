/** Payloads of handshake messages as bytes, and how their faults read: they close the path that brought them. */
import type { z } from "zod";
import { TunnelError } from "../errors.ts";
import { limits } from "../limits.ts";
import { decodeObject, encodeObject } from "../wire/msgpack.ts";
import { type AttachPayload, mostStandings } from "./handshake-payloads.ts";

/** The object in a decrypted payload. Throws TunnelError `protocol-error` (scope path, origin remote). */
export function decodePayload<Schema extends z.ZodType>(
  schema: Schema,
  payload: Uint8Array,
  what: string,
): z.output<Schema> {
  try {
    return decodeObject(schema, payload, limits.sealedMessageBytes, what);
  } catch (thrown) {
    const { code, message } = TunnelError.from(thrown);
    throw new TunnelError(code, message, { scope: "path", origin: "remote", cause: thrown });
  }
}

/** The standing of streams as bytes, cut to what fits: an entry that is left out only costs a later frame. */
export function encodeAttachPayload(payload: AttachPayload, mostBytes: number): Uint8Array {
  let streams = payload.streams.slice(0, mostStandings);
  for (;;) {
    const bytes = encodeObject({ streams });
    if (bytes.length <= mostBytes || streams.length === 0) return bytes;
    streams = streams.slice(0, Math.floor(streams.length / 2));
  }
}
