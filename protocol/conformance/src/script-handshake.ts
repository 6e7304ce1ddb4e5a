/** Handshakes as the kit runs them: step by step, so that a case can change any of them. */
import { protocolVersions } from "@culvert/protocol";
import {
  type AttachPayload,
  attachPayloadSchema,
  type OpenAnswer,
  type OpenRequest,
  openAnswerSchema,
  openRequestSchema,
  type SessionContext,
} from "@culvert/protocol/endpoint";
import { type DhKeyPair, type HandshakeKeys, HandshakeState } from "@culvert/protocol/seal";
import { decodeObject, encodeObject, encodeUtf8, ReadCursor, varintSize, WriteCursor } from "@culvert/protocol/wire";
import { ConformanceFailure } from "./conformance-case.ts";
import { primitives } from "./kit-keys.ts";
import { joined } from "./records.ts";

/** Label of the secret that further handshakes start from. */
export const pskLabel = "culvert tunnel psk";
const longestPayloadBytes = 65_535;

/** What of a session a prologue binds. */
export type PrologueContext = Pick<SessionContext, "sessionId" | "serverId" | "serviceId">;

/** An opening as the kit writes it, as a viewer. */
export interface OpeningScript {
  readonly context: PrologueContext;
  readonly deviceKey: DhKeyPair;
  readonly agentNoiseKey: Uint8Array;
  readonly request: OpenRequest;
  readonly version?: number;
  readonly pathId?: number;
}

/** A handshake whose first message was written. */
export interface Begun<Answer> {
  readonly first: Uint8Array;
  /** Reads message 2; rejects with a ConformanceFailure where it is none. */
  finish(answer: Uint8Array): Promise<{ readonly answer: Answer; readonly keys: HandshakeKeys }>;
}

/** What a fresh tunnel asks for. */
export function openRequest(token: string, changes: Partial<OpenRequest> = {}): OpenRequest {
  return { token, tunnelId: primitives.randomBytes(16), versions: protocolVersions, capabilities: [], ...changes };
}

/** Writes message 1 of Noise IK. */
export async function beginOpening(script: OpeningScript): Promise<Begun<OpenAnswer>> {
  const { version = protocolVersions.max, pathId = 1, context } = script;
  const handshake = new HandshakeState({
    ...{ pattern: "IK", role: "initiator", primitives },
    prologue: openingPrologue(version, pathId, context),
    ...{ staticKey: script.deviceKey, remoteStaticKey: script.agentNoiseKey },
  });
  const noise = await handshake.writeMessage(encodeObject(script.request));
  return {
    first: joined(Uint8Array.of(0x01), varint(version), varint(pathId), noise),
    finish: (answer) => finish(handshake, answer, (payload) => decoded(openAnswerSchema, payload, "message 2")),
  };
}

/** Writes message 1 of Noise NNpsk0. */
export async function beginAttachment(
  { tunnelId, psk }: { readonly tunnelId: Uint8Array; readonly psk: Uint8Array },
  pathId: number,
  streams: AttachPayload["streams"] = [],
): Promise<Begun<AttachPayload>> {
  const version = protocolVersions.max;
  const prologue = attachmentPrologue(version, tunnelId, pathId);
  const handshake = new HandshakeState({ pattern: "NNpsk0", role: "initiator", primitives, prologue, psk });
  const noise = await handshake.writeMessage(encodeObject({ streams }));
  return {
    first: joined(Uint8Array.of(0x02), varint(version), varint(pathId), tunnelId, noise),
    finish: (answer) => finish(handshake, answer, (payload) => decoded(attachPayloadSchema, payload, "the answer")),
  };
}

/** A first message of a viewer, taken apart. */
export interface SeenFirst {
  readonly type: number;
  readonly version: number;
  readonly pathId: number;
  /** Of an attachment. */
  readonly tunnelId: Uint8Array | undefined;
  readonly noise: Uint8Array;
}

/** Takes a first message apart. Throws a ConformanceFailure where it is none. */
export function readFirst(bytes: Uint8Array): SeenFirst {
  try {
    const cursor = new ReadCursor(bytes);
    const [type, version, pathId] = [cursor.readByte(), cursor.readVarint(), cursor.readVarint()];
    const tunnelId = type === 0x02 ? cursor.readBytes(16).slice() : undefined;
    if (type === 0x01 || type === 0x02) {
      return { type, version, pathId, tunnelId, noise: cursor.readBytes(cursor.remaining) };
    }
  } catch {}
  throw new ConformanceFailure("the first message of a path is neither an opening nor an attachment", "Handshakes");
}

/** As the agent: reads an opening; `answer` writes message 2. */
export async function readOpening(first: SeenFirst, context: PrologueContext, noiseKey: DhKeyPair) {
  const handshake = new HandshakeState({
    ...{ pattern: "IK", role: "responder", primitives, staticKey: noiseKey },
    prologue: openingPrologue(first.version, first.pathId, context),
  });
  const payload = await opened(handshake, first.noise);
  return {
    request: decoded(openRequestSchema, payload, "the payload of message 1"),
    deviceKey: handshake.remoteStaticKey ?? new Uint8Array(0),
    answer: (answer: OpenAnswer) => answered(handshake, answer),
  };
}

/** As the agent: reads an attachment; `answer` writes message 2. */
export async function readAttachment(first: SeenFirst, psk: Uint8Array) {
  const prologue = attachmentPrologue(first.version, first.tunnelId ?? new Uint8Array(0), first.pathId);
  const handshake = new HandshakeState({ pattern: "NNpsk0", role: "responder", primitives, prologue, psk });
  const payload = await opened(handshake, first.noise);
  return {
    state: decoded(attachPayloadSchema, payload, "the payload of an attachment"),
    answer: (answer: AttachPayload) => answered(handshake, answer),
  };
}

async function answered(handshake: HandshakeState, answer: object) {
  const message = joined(Uint8Array.of(0x03), await handshake.writeMessage(encodeObject(answer)));
  return { message, keys: await handshake.keys() };
}

async function finish<Answer>(handshake: HandshakeState, answer: Uint8Array, read: (payload: Uint8Array) => Answer) {
  if (answer[0] !== 0x03) throw new ConformanceFailure(`an answer begins with ${answer[0]}, not 3`, "Handshakes");
  const payload = await opened(handshake, answer.subarray(1));
  return { answer: read(payload), keys: await handshake.keys() };
}

async function opened(handshake: HandshakeState, noise: Uint8Array): Promise<Uint8Array> {
  try {
    return await handshake.readMessage(noise);
  } catch {
    throw new ConformanceFailure("a Noise message does not open: other keys, prologue or pattern", "Handshakes");
  }
}

function decoded<Schema extends Parameters<typeof decodeObject>[0]>(schema: Schema, payload: Uint8Array, what: string) {
  try {
    return decodeObject(schema, payload, longestPayloadBytes, what);
  } catch (thrown) {
    throw new ConformanceFailure(thrown instanceof Error ? thrown.message : String(thrown), "Handshakes");
  }
}

function openingPrologue(version: number, pathId: number, context: PrologueContext): Uint8Array {
  const { sessionId, serverId, serviceId } = context;
  return fields("culvert tunnel", version, sessionId, serverId, serviceId, pathId);
}

function attachmentPrologue(version: number, tunnelId: Uint8Array, pathId: number): Uint8Array {
  return fields("culvert path", version, tunnelId, pathId);
}

function fields(...values: readonly (string | number | Uint8Array)[]): Uint8Array {
  return joined(
    ...values.flatMap((value) => {
      const bytes = typeof value === "string" ? encodeUtf8(value) : typeof value === "number" ? varint(value) : value;
      return [varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Uint8Array {
  const cursor = new WriteCursor(new Uint8Array(varintSize(value)));
  cursor.writeVarint(value);
  return cursor.written();
}
