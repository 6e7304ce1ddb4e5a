/**
 * Layout of the messages before sealing begins (SPEC.md §Handshakes). After them a path carries sealed messages only,
 * without any byte of ours in clear.
 *
 *   opening     0x01 | version varint | pathId varint | Noise IK message 1
 *   attachment  0x02 | version varint | pathId varint | tunnelId, 16 bytes | Noise NNpsk0 message 1
 *   answer      0x03 | Noise message 2
 */
import { joinBytes } from "../seal/byte-runs.ts";
import { malformed, ReadCursor, varintSize, WriteCursor } from "../wire/cursor.ts";

/** First bytes of the three messages. */
export const handshakeTypes = { opening: 0x01, attachment: 0x02, answer: 0x03 } as const;

/** Bytes of a tunnel id. */
export const tunnelIdBytes = 16;

interface Header {
  readonly version: number;
  readonly pathId: number;
  readonly noise: Uint8Array;
}

/** The first message on a path, viewer → agent. */
export type FirstMessage =
  | ({ readonly type: "opening" } & Header)
  | ({ readonly type: "attachment"; readonly tunnelId: Uint8Array } & Header);

/** The bytes of a first message; the caller owns them. */
export function encodeFirstMessage(message: FirstMessage): Uint8Array {
  const header = new Uint8Array(1 + varintSize(message.version) + varintSize(message.pathId));
  const cursor = new WriteCursor(header);
  cursor.writeByte(handshakeTypes[message.type]);
  cursor.writeVarint(message.version);
  cursor.writeVarint(message.pathId);
  const tunnelId = message.type === "attachment" ? message.tunnelId : new Uint8Array(0);
  return joinBytes(header, tunnelId, message.noise);
}

/** Views into a first message. Throws TunnelError `protocol-error` (scope path, origin remote). */
export function decodeFirstMessage(bytes: Uint8Array): FirstMessage {
  const cursor = new ReadCursor(bytes);
  const type = cursor.readByte();
  if (type !== handshakeTypes.opening && type !== handshakeTypes.attachment) {
    throw malformed(`a path begins with type ${type}, 1 or 2 are allowed`);
  }
  const version = cursor.readVarint();
  const pathId = cursor.readVarint();
  if (version === 0 || pathId === 0) throw malformed("version and path id begin at 1");
  if (type === handshakeTypes.opening) {
    return { type: "opening", version, pathId, noise: cursor.readBytes(cursor.remaining) };
  }
  const tunnelId = cursor.readBytes(tunnelIdBytes);
  return { type: "attachment", version, pathId, tunnelId, noise: cursor.readBytes(cursor.remaining) };
}

/** The bytes of an answer around a Noise message 2. */
export function encodeAnswer(noise: Uint8Array): Uint8Array {
  return joinBytes(Uint8Array.of(handshakeTypes.answer), noise);
}

/** The Noise message 2 in an answer. Throws TunnelError `protocol-error` (scope path, origin remote). */
export function decodeAnswer(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== handshakeTypes.answer) throw malformed(`an answer begins with type ${bytes[0]}, 3 is allowed`);
  return bytes.subarray(1);
}
