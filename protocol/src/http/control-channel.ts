/** Control messages on the control stream (SPEC.md §Control messages). */
import { z } from "zod";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { type ControlMessage, controlMessageSchema } from "./control-messages.ts";
import { RecordReader } from "./record-reader.ts";
import { misplaced, readObject } from "./record-values.ts";
import { RecordWriter } from "./record-writer.ts";

const knownTypes: ReadonlySet<string> = new Set(controlMessageSchema.options.map((option) => option.shape.type.value));
const typedSchema = z.looseObject({ type: z.string().max(64) });

/** Sends and receives control messages over a tunnel's control stream. One per tunnel and side. */
export class ControlChannel {
  readonly #records: RecordReader;
  readonly #writer: RecordWriter;

  constructor(stream: ByteStream) {
    this.#records = new RecordReader(stream, ["control"]);
    this.#writer = new RecordWriter(stream);
  }

  /** Sends one message; resolves and rejects as `ByteStream.write` does. */
  send(message: ControlMessage): Promise<void> {
    return this.#writer.writeObject("control", message);
  }

  /**
   * The next message, null after the peer's END; one call at a time. A message of a type that is not known here is
   * passed over; a malformed one rejects with `protocol-error` (the control stream is of no use then).
   */
  async receive(): Promise<ControlMessage | null> {
    for (;;) {
      const part = await this.#records.next();
      if (part === null) return null;
      if (part.type !== "record") throw misplaced(part, "a control record");
      const { type } = readObject(typedSchema, "control", part.bytes);
      if (knownTypes.has(type)) return readObject(controlMessageSchema, "control", part.bytes);
    }
  }
}
