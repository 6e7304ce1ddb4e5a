/** One HTTP exchange as the viewer has it: a request goes out, heads and a body come back. */
import type { Code } from "../codes.ts";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { BodyReader } from "./body-reader.ts";
import {
  type HeaderList,
  type RequestHead,
  type ResponseHead,
  requestHeadSchema,
  responseHeadSchema,
} from "./heads.ts";
import { RecordReader } from "./record-reader.ts";
import { misplaced, readObject } from "./record-values.ts";
import { RecordWriter } from "./record-writer.ts";
import { sendHead } from "./sent-head.ts";
import { failed, orReset } from "./stream-finish.ts";

/**
 * The viewer's side of one exchange. Sending and receiving are independent: an answer may come before the body's end.
 * Whoever does not read to the end of the body cancels; a fault or failure in reading has cancelled already.
 */
export interface SentRequest {
  readonly stream: ByteStream;
  /** Body bytes; resolves when they are inside the agent's window. Rejects after the agent stopped or failed the body. */
  writeBody(bytes: Uint8Array): Promise<void>;
  /** No more body. Nothing to call where the head said `hasBody: false`. */
  endBody(trailers?: HeaderList): Promise<void>;
  /** Body bytes, record headers included, that the agent has acknowledged: for upload progress. */
  acknowledgedBytes(): number;
  /**
   * The answer's head; 1xx heads before it go to `onInterimHead`. Call once. Rejects with the agent's failure (code,
   * message, hint, origin remote), with `invalid-request` for a request that cannot be carried, and with `protocol-error` where the stream ends before a head.
   */
  readHead(onInterimHead?: (head: ResponseHead) => void): Promise<ResponseHead>;
  /** The next run of body bytes after `readHead`, null after a complete body. A truncated body always rejects. */
  readBody(): Promise<Uint8Array | null>;
  /** The answer's trailers, once `readBody` has given null. */
  trailers(): HeaderList;
  /** Gives up both directions; the agent cancels its request to the target. Idempotent. */
  cancel(code?: Code): void;
}

/** Sends a request on a fresh http stream. Data may be written at once; faults show in the returned calls. */
export function sendRequest(stream: ByteStream, head: RequestHead): SentRequest {
  const writer = new RecordWriter(stream);
  const records = new RecordReader(stream, ["interimHead", "head", "data", "trailers", "failure"]);
  const body = new BodyReader(stream, records);
  const orHeadFault = sendHead(stream, writer, requestHeadSchema, head);
  if (!head.hasBody) writer.end();
  return {
    stream,
    writeBody: (bytes) => writer.write("data", bytes),
    endBody: (trailers = []) => writer.endBody(trailers),
    acknowledgedBytes: () => stream.acknowledgedBytes(),
    readHead: (onInterimHead) => orHeadFault(readResponseHead(stream, records, onInterimHead)),
    readBody: () => orReset(stream, body.read()),
    trailers: () => body.trailers,
    cancel: (code = "canceled") => stream.reset(code),
  };
}

async function readResponseHead(
  stream: ByteStream,
  records: RecordReader,
  onInterimHead: (head: ResponseHead) => void = () => {},
): Promise<ResponseHead> {
  for (;;) {
    const part = await records.next();
    if (part?.type !== "record") throw misplaced(part, "a head");
    if (part.name === "failure") throw failed(stream, part.bytes);
    if (part.name !== "head" && part.name !== "interimHead") throw misplaced(part, "a head");
    const head = readObject(responseHeadSchema, part.name, part.bytes);
    if (part.name === "head") return head;
    onInterimHead(head);
  }
}
