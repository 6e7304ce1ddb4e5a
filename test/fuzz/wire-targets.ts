/** Decoders: bytes of a peer become frames, records, objects, signaling messages and envelopes, or a TunnelError. */
import { isDeepStrictEqual } from "node:util";
import { TunnelError } from "@culvert/protocol";
import { attachPayloadSchema, openAnswerSchema, openRequestSchema } from "@culvert/protocol/endpoint";
import {
  controlMessageSchema,
  failureSchema,
  headerListSchema,
  type RecordName,
  RecordReader,
  recordTypes,
  requestHeadSchema,
  responseHeadSchema,
  webSocketAnswerSchema,
  webSocketCloseSchema,
  webSocketHeadSchema,
} from "@culvert/protocol/http";
import { fromAgentSchema, fromViewerSchema, toAgentSchema, toViewerSchema } from "@culvert/protocol/signaling";
import { decodeMessage, decodeObject, explainFrame, frameSize, WriteCursor, writeFrame } from "@culvert/protocol/wire";
import { createRelayPath } from "../../peer-agent/src/relay/relay-path.ts";
import type { ByteStream } from "../../protocol/src/endpoint/byte-stream.ts";
import { readEnvelope } from "../../signaling/src/sockets/relay-envelope.ts";
import { demand, type FuzzTarget } from "./fuzz-target.ts";
import { envelopes, messages, objects, recordRuns, signalingTexts } from "./known-inputs.ts";
import { mutated } from "./mutations.ts";

const objectSchemas = [
  requestHeadSchema,
  responseHeadSchema,
  webSocketHeadSchema,
  webSocketAnswerSchema,
  webSocketCloseSchema,
  failureSchema,
  headerListSchema,
  controlMessageSchema,
  openRequestSchema,
  openAnswerSchema,
  attachPayloadSchema,
] as const;
const allRecords = Object.keys(recordTypes) as RecordName[];

export const wireTargets: readonly FuzzTarget[] = [
  {
    name: "frames",
    input: (random) => mutated(messages, random),
    run: (input) => {
      const frames = decodeMessage(input);
      for (const frame of frames) explainFrame(frame);
      if (frames.length === 0) return;
      const cursor = new WriteCursor(new Uint8Array(frames.reduce((sum, frame) => sum + frameSize(frame), 0)));
      for (const frame of frames) writeFrame(cursor, frame);
      demand(isDeepStrictEqual(decodeMessage(cursor.written()), frames), "what was read is not what is written");
    },
  },
  {
    name: "records",
    input: (random) => mutated(recordRuns, random),
    run: async (input) => {
      const reader = new RecordReader(streamOf(input), allRecords);
      let bytes = 0;
      for (let part = await reader.next(); part !== null; part = await reader.next()) bytes += part.bytes.length;
      demand(bytes <= input.length, "more bytes were handed on than came");
    },
  },
  {
    name: "objects",
    input: (random) => mutated(objects, random),
    run: (input) => {
      for (const schema of objectSchemas) refusedOrRead(() => decodeObject(schema, input, 64 * 1024, "an object"));
    },
  },
  {
    name: "signaling",
    input: (random) => mutated(signalingTexts, random),
    run: (input) => {
      const value = parsed(Buffer.from(input).toString("utf8"));
      for (const schema of [toAgentSchema, fromAgentSchema, fromViewerSchema, toViewerSchema]) {
        const first = schema.safeParse(value);
        if (first.success) demand(schema.safeParse(first.data).success, "what was read is not what is written");
      }
    },
  },
  {
    name: "envelopes",
    input: (random) => mutated(envelopes, random),
    run: (input) => {
      const read = readEnvelope(input);
      const sent: Uint8Array[] = [];
      let releases = 0;
      const relay = createRelayPath({
        relayId: 1,
        socket: {
          send: (envelope, onFlushed) => {
            sent.push(envelope);
            onFlushed();
          },
        },
        onRelease: () => {
          releases += 1;
        },
      });
      let received = 0;
      const onMessage = (message: Uint8Array) => {
        received += message.length;
      };
      relay.path.attach({ onMessage, onDrain() {}, onClose() {} });
      relay.receive(input);
      relay.path.send(new Uint8Array(10));
      demand(received <= input.length && releases <= 1 && sent.length <= 3, "a relay path did more than it was told");
      demand(read === undefined || input.length > 5, "an envelope without a body was read");
    },
  },
];

/** A stream whose reads are cut where the bytes themselves say. */
function streamOf(input: Uint8Array): ByteStream {
  let at = 0;
  const never = new Promise<void>(() => {});
  return {
    ...{ id: 2, kind: "http", closed: never },
    read: async () => {
      if (at >= input.length) return null;
      const length = 1 + ((input[at] ?? 0) % 7) * 5;
      const bytes = input.slice(at, at + length);
      at += length;
      return bytes;
    },
    write: async () => {},
    end() {},
    reset() {},
    stop() {},
    acknowledgedBytes: () => 0,
  };
}

function refusedOrRead(read: () => unknown): void {
  try {
    read();
  } catch (thrown) {
    if (!(thrown instanceof TunnelError)) throw thrown;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
