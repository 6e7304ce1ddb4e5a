/**
 * The head that opens a stream, checked before it goes out as the agent will check it. Invariant: whoever waits for the
 * answer to a head that could not be sent is told what was wrong with it, not that the stream is gone.
 */
import type { z } from "zod";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import type { RecordWriter } from "./record-writer.ts";
import { orReset } from "./stream-finish.ts";

/**
 * Sends a head; a stream without one is of no use, so it is reset where that fails. Gives what a reading of the answer
 * goes through: it rejects with `invalid-request` or `limit-reached` in words for a head that could not be sent, and
 * else as `orReset` does.
 */
export function sendHead<Schema extends z.ZodType<object>>(
  stream: ByteStream,
  writer: RecordWriter,
  schema: Schema,
  head: z.input<Schema> & object,
): <T>(reading: Promise<T>) => Promise<T> {
  let unsent: TunnelError | undefined;
  const giveUp = (fault: TunnelError): void => {
    unsent = fault;
    stream.reset(fault.code);
  };
  const checked = schema.safeParse(head);
  if (checked.success) writer.writeObject("head", head).catch((thrown: unknown) => giveUp(TunnelError.from(thrown)));
  else giveUp(misfit(checked.error));
  return async (reading) => {
    try {
      return await orReset(stream, reading);
    } catch (thrown) {
      throw unsent ?? thrown;
    }
  };
}

/** The place of the fault, never the value: it may be a cookie. */
function misfit({ issues }: z.ZodError): TunnelError {
  const place = issues[0]?.path.join(".") ?? "";
  const words = `the request cannot be carried: its ${place} does not fit (${issues[0]?.message ?? "invalid"})`;
  return new TunnelError("invalid-request", words.slice(0, 512), { scope: "stream" });
}
