/** How a websocket stream begins: the viewer's head, then the target's 101 or what it answered instead. */
import type { Code } from "../codes.ts";
import type { ByteStream } from "../endpoint/byte-stream.ts";
import { TunnelError } from "../errors.ts";
import {
  type Failure,
  type ResponseHead,
  type WebSocketAnswer,
  type WebSocketHead,
  webSocketAnswerSchema,
  webSocketHeadSchema,
} from "./heads.ts";
import { RecordReader } from "./record-reader.ts";
import type { RecordName } from "./record-types.ts";
import { misplaced, readObject } from "./record-values.ts";
import { RecordWriter } from "./record-writer.ts";
import { sendHead } from "./sent-head.ts";
import { failed, takeEnd } from "./stream-finish.ts";
import { WebSocketChannel } from "./websocket-channel.ts";

const messageRecords = ["text", "binary", "close", "failure"] as const satisfies readonly RecordName[];

/** How the target answered an upgrade. */
export type OpenedWebSocket =
  | {
      readonly type: "accepted";
      readonly answer: Extract<WebSocketAnswer, { type: "accepted" }>;
      readonly channel: WebSocketChannel;
    }
  | { readonly type: "refused"; readonly head: ResponseHead };

/**
 * Viewer: asks for a WebSocket on a fresh websocket stream. Resolves with the target's answer; rejects with the agent's
 * failure (origin remote) where there is none, and with `invalid-request` for a head that cannot be carried.
 */
export async function openWebSocket(stream: ByteStream, head: WebSocketHead): Promise<OpenedWebSocket> {
  const writer = new RecordWriter(stream);
  const records = new RecordReader(stream, ["head", ...messageRecords]);
  const orHeadFault = sendHead(stream, writer, webSocketHeadSchema, head);
  const answer = await orHeadFault(readAnswer(stream, records));
  if (answer.type === "accepted") {
    return { type: "accepted", answer, channel: new WebSocketChannel(stream, records, writer) };
  }
  writer.end();
  takeEnd(stream, records);
  return { type: "refused", head: answer.head };
}

async function readAnswer(stream: ByteStream, records: RecordReader): Promise<WebSocketAnswer> {
  const part = await records.next();
  if (part?.type !== "record") throw misplaced(part, "a websocket answer");
  if (part.name === "failure") throw failed(stream, part.bytes);
  if (part.name !== "head") throw misplaced(part, "a websocket answer");
  return readObject(webSocketAnswerSchema, "head", part.bytes);
}

/** Agent: a WebSocket that a viewer asks for. Exactly one of accept, refuse and fail is called, once. */
export interface ReceivedWebSocket {
  readonly stream: ByteStream;
  readonly head: WebSocketHead;
  /** The target upgraded: `protocol` is the one it chose or "", `headers` are those of its 101. */
  accept(answer: Omit<Extract<WebSocketAnswer, { type: "accepted" }>, "type">): WebSocketChannel;
  /** The target answered with something else than 101. */
  refuse(head: ResponseHead): Promise<void>;
  /** The target gave no answer. */
  fail(failure: Failure): Promise<void>;
  /** Drops the stream without words. Idempotent. */
  abort(code: Code): void;
}

/** Agent: reads the head of a fresh websocket stream. Rejects as the stream does, and with `protocol-error`. */
export async function receiveWebSocket(stream: ByteStream): Promise<ReceivedWebSocket> {
  const writer = new RecordWriter(stream);
  const records = new RecordReader(stream, ["head", ...messageRecords]);
  const part = await records.next();
  if (part?.type !== "record" || part.name !== "head") throw misplaced(part, "a head");
  const head = readObject(webSocketHeadSchema, "head", part.bytes);
  const answerWith = (answer: WebSocketAnswer): Promise<void> => writer.writeObject("head", answer);
  return {
    stream,
    head,
    accept: (answer) => {
      // A stream that cannot take the answer is of no use: the reset shows in the channel's calls.
      answerWith({ type: "accepted", ...answer }).catch((thrown: unknown) =>
        stream.reset(TunnelError.from(thrown).code),
      );
      return new WebSocketChannel(stream, records, writer);
    },
    refuse: (refusal) => {
      takeEnd(stream, records);
      return writer.endWith("head", { type: "refused", head: refusal } satisfies WebSocketAnswer);
    },
    fail: (failure) => {
      stream.stop("canceled");
      return writer.endWith("failure", failure);
    },
    abort: (code) => stream.reset(code),
  };
}
