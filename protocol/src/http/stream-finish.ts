/**
 * How reading a stream comes to its end. A stream is free for the peer's next one only when END was taken or the stream
 * was reset, so whoever reads the last record takes END too, and a fault of the peer resets.
 */
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import { failureSchema } from "./heads.ts";
import type { RecordReader } from "./record-reader.ts";
import { readObject } from "./record-values.ts";

/** Takes the END that must follow the last record; anything else stops the peer. */
export function takeEnd(stream: ByteStream, records: RecordReader): void {
  records.next().then(
    (part) => {
      if (part !== null) stream.stop("protocol-error");
    },
    (thrown: unknown) => resetForFault(stream, thrown),
  );
}

/** The reading's outcome; where the peer broke the rules of records, both halves are reset first. */
export async function orReset<T>(stream: ByteStream, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (thrown) {
    resetForFault(stream, thrown);
    throw thrown;
  }
}

/** The peer's failure record as an error. Nothing follows it, so both halves are reset: nobody sends for nothing. */
export function failed(stream: ByteStream, bytes: Uint8Array): TunnelError {
  const { code, message, hint } = readObject(failureSchema, "failure", bytes);
  stream.reset("canceled");
  return new TunnelError(code, message, { scope: "stream", origin: "remote", hint });
}

/** Other rejections come from the stream itself: it was reset already, or one half was stopped on purpose. */
function resetForFault(stream: ByteStream, thrown: unknown): void {
  const { code } = TunnelError.from(thrown);
  if (code === "protocol-error" || code === "limit-reached") stream.reset(code);
}
