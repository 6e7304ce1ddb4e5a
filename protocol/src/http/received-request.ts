/** One HTTP exchange as the agent has it: a request comes in, heads and a body go back, or a failure. */
import type { Code } from "../codes.ts";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { BodyReader } from "./body-reader.ts";
import { type Failure, type HeaderList, type RequestHead, type ResponseHead, requestHeadSchema } from "./heads.ts";
import { RecordReader } from "./record-reader.ts";
import { misplaced, readObject } from "./record-values.ts";
import { RecordWriter } from "./record-writer.ts";
import { orReset } from "./stream-finish.ts";

/**
 * The agent's side of one exchange. Reading and answering are independent. A body is read to its end or stopped: until
 * then the stream stays open, whatever was answered.
 */
export interface ReceivedRequest {
  readonly stream: ByteStream;
  readonly head: RequestHead;
  /** The next run of body bytes, null after a complete body. Rejects with `canceled` where the viewer gave up. */
  readBody(): Promise<Uint8Array | null>;
  /** The request's trailers, once `readBody` has given null. */
  trailers(): HeaderList;
  /** Takes no more of the body, as an early answer allows (RFC 9110 §15.5.14); the answer goes on. */
  stopBody(code?: Code): void;
  /** A 1xx head before the head. */
  writeInterimHead(head: ResponseHead): Promise<void>;
  /** The head, once. */
  writeHead(head: ResponseHead): Promise<void>;
  /** Body bytes; resolves when they are inside the viewer's window. They must not be changed after. */
  writeBody(bytes: Uint8Array): Promise<void>;
  /** Completes the answer. */
  endBody(trailers?: HeaderList): Promise<void>;
  /** In place of a head, or after it: there is no (complete) answer, and why. Stops the body; ends the exchange. */
  fail(failure: Failure): Promise<void>;
  /** Drops both directions at once, without words. Idempotent. */
  abort(code: Code): void;
}

/**
 * Reads the request head of a fresh http stream. Rejects as the stream does, and with `protocol-error` where no valid
 * head comes first; the stream is the caller's to reset then.
 */
export async function receiveRequest(stream: ByteStream): Promise<ReceivedRequest> {
  const writer = new RecordWriter(stream);
  const records = new RecordReader(stream, ["head", "data", "trailers"]);
  const first = await records.next();
  if (first?.type !== "record" || first.name !== "head") throw misplaced(first, "a head");
  const head = readObject(requestHeadSchema, "head", first.bytes);
  const body = new BodyReader(stream, records);
  // Without a body nobody reads, so END is taken here.
  const end = head.hasBody ? null : orReset(stream, readEnd(body));
  end?.catch(() => {});
  return {
    stream,
    head,
    readBody: () => end ?? orReset(stream, body.read()),
    trailers: () => body.trailers,
    stopBody: (code = "canceled") => stream.stop(code),
    writeInterimHead: (interimHead) => writer.writeObject("interimHead", interimHead),
    writeHead: (answer) => writer.writeObject("head", answer),
    writeBody: (bytes) => writer.write("data", bytes),
    endBody: (trailers = []) => writer.endBody(trailers),
    fail: (failure) => {
      stream.stop("canceled");
      return writer.endWith("failure", failure);
    },
    abort: (code) => stream.reset(code),
  };
}

/** SPEC.md §HTTP: no data follows a head with `hasBody: false`; a viewer that sends some breaks its word. */
async function readEnd(body: BodyReader): Promise<null> {
  const bytes = await body.read();
  if (bytes !== null) throw misplaced({ type: "data", bytes }, "END");
  return null;
}
