/**
 * How reading a stream comes to its end. A stream is free for the peer's next one only when END was taken or the stream
 * was reset, so whoever reads the last record takes END too, and a fault of the peer resets.
 */
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import type { RecordReader } from "./record-reader.ts";

/** Takes the END that must follow the last record; anything else stops the peer. */
export function takeEnd(stream: ByteStream, records: RecordReader): void {
  records.next().then(
    (part) => {
      if (part !== null) stream.stop("protocol-error");
    },
    (thrown: unknown) => resetForFault(stream, thrown),
  );
}

/** The reading's outcome; where the peer is at fault, or said that it failed, both halves are reset first. */
export async function orReset<T>(stream: ByteStream, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (thrown) {
    resetForFault(stream, thrown);
    throw thrown;
  }
}

/** A fault of our own making, such as `stop`, leaves the other half alone; a reset that came makes this one a no-op. */
function resetForFault(stream: ByteStream, thrown: unknown): void {
  const { code, origin } = TunnelError.from(thrown);
  if (origin === "remote") stream.reset(code === "protocol-error" || code === "limit-reached" ? code : "canceled");
}
