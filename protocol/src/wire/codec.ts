/**
 * Messages ↔ frames. A message is frames end to end, at least one; the layouts stand above each frame's reader.
 * Invariant: whatever the bytes are, decoding gives frames or throws TunnelError `protocol-error` of scope `path`.
 * Every field named v is a varint; SPEC.md §Frames shows the same tables.
 */
import { limits } from "../limits.ts";
import { largestVarint, malformed, ReadCursor, varintSize, type WriteCursor } from "./cursor.ts";
import {
  type AckRange,
  type Frame,
  firstSkippableType,
  frameTypes,
  type StreamFrame,
  type StreamKind,
  streamEndBit,
  streamKindBit,
  streamKindFromWire,
  streamKinds,
} from "./frame.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** Decodes a whole message. STREAM bytes are views into it. Unknown frames from 0x40 on are left out (SPEC.md §Frames). */
export function decodeMessage(message: Uint8Array): Frame[] {
  if (message.length === 0) throw malformed("a message holds no frame");
  const cursor = new ReadCursor(message);
  const frames: Frame[] = [];
  while (cursor.remaining > 0) {
    const frame = readFrame(cursor);
    if (frame !== undefined) frames.push(frame);
  }
  return frames;
}

/** Writes one frame; the cursor must have `frameSize(frame)` bytes free. */
export function writeFrame(cursor: WriteCursor, frame: Frame): void {
  switch (frame.type) {
    case "stream":
      writeStreamHeader(cursor, frame, frame.bytes.length);
      cursor.writeBytes(frame.bytes);
      return;
    case "ping":
    case "pong":
      cursor.writeByte(frameTypes[frame.type]);
      cursor.writeVarint(frame.nonce);
      return;
    case "ack":
      writeAck(cursor, frame.id, frame.offset, frame.ranges);
      return;
    case "window":
      cursor.writeByte(frameTypes.window);
      cursor.writeVarint(frame.id);
      cursor.writeVarint(frame.limit);
      return;
    case "streams":
      cursor.writeByte(frameTypes.streams);
      cursor.writeVarint(frame.limit);
      return;
    case "reset":
      cursor.writeByte(frameTypes.reset);
      cursor.writeVarint(frame.id);
      cursor.writeByte(streamKinds[frame.kind]);
      cursor.writeVarint(frame.code);
      return;
    case "stop":
      cursor.writeByte(frameTypes.stop);
      cursor.writeVarint(frame.id);
      cursor.writeVarint(frame.code);
      return;
    case "reset-ack":
    case "stop-ack":
      cursor.writeByte(frameTypes[frame.type]);
      cursor.writeVarint(frame.id);
      return;
    case "path-abandoned":
      cursor.writeByte(frameTypes["path-abandoned"]);
      cursor.writeVarint(frame.pathId);
      cursor.writeVarint(frame.code);
      return;
    case "drain":
      cursor.writeByte(frameTypes.drain);
      return;
    case "close": {
      const reason = encodeUtf8(frame.reason);
      cursor.writeByte(frameTypes.close);
      cursor.writeVarint(frame.code);
      cursor.writeVarint(reason.length);
      cursor.writeBytes(reason);
      return;
    }
  }
}

/** Bytes that a frame takes on the wire. */
export function frameSize(frame: Frame): number {
  switch (frame.type) {
    case "stream":
      return streamHeaderSize(frame, frame.bytes.length) + frame.bytes.length;
    case "ping":
    case "pong":
      return 1 + varintSize(frame.nonce);
    case "ack":
      return ackSize(frame.id, frame.offset, frame.ranges);
    case "window":
      return 1 + varintSize(frame.id) + varintSize(frame.limit);
    case "streams":
      return 1 + varintSize(frame.limit);
    case "reset":
      return 2 + varintSize(frame.id) + varintSize(frame.code);
    case "stop":
      return 1 + varintSize(frame.id) + varintSize(frame.code);
    case "reset-ack":
    case "stop-ack":
      return 1 + varintSize(frame.id);
    case "path-abandoned":
      return 1 + varintSize(frame.pathId) + varintSize(frame.code);
    case "drain":
      return 1;
    case "close": {
      const length = encodeUtf8(frame.reason).length;
      return 1 + varintSize(frame.code) + varintSize(length) + length;
    }
  }
}

/** What of a STREAM frame stands before its bytes. */
export type StreamHeader = Pick<StreamFrame, "id" | "offset" | "kind" | "end">;

/** Bytes of a STREAM frame before its payload of `length` bytes. */
export function streamHeaderSize(header: StreamHeader, length: number): number {
  const kindSize = header.kind === undefined ? 0 : 1;
  return 1 + varintSize(header.id) + varintSize(header.offset) + kindSize + varintSize(length);
}

/** Writes a STREAM frame up to its payload; the caller writes exactly `length` bytes after it. */
export function writeStreamHeader(cursor: WriteCursor, header: StreamHeader, length: number): void {
  const { kind } = header;
  cursor.writeByte(frameTypes.stream | (header.end ? streamEndBit : 0) | (kind === undefined ? 0 : streamKindBit));
  cursor.writeVarint(header.id);
  cursor.writeVarint(header.offset);
  if (kind !== undefined) cursor.writeByte(streamKinds[kind]);
  cursor.writeVarint(length);
}

function readFrame(cursor: ReadCursor): Frame | undefined {
  const start = cursor.position;
  const type = cursor.readVarint();
  // RFC 9000 §12.4: the shortest form only, so that a type is recognised by its first byte.
  if (cursor.position - start !== varintSize(type)) throw malformed("a frame type is not in its shortest form");
  if (type >= firstSkippableType) {
    // SPEC.md §Frames: types from 0x40 on say their length, so that an older peer skips them.
    cursor.readBytes(cursor.readVarint());
    return undefined;
  }
  switch (type) {
    case frameTypes.stream:
    case frameTypes.stream | streamEndBit:
    case frameTypes.stream | streamKindBit:
    case frameTypes.stream | streamEndBit | streamKindBit:
      return readStream(cursor, type);
    case frameTypes.ping:
      return { type: "ping", nonce: cursor.readVarint() };
    case frameTypes.pong:
      return { type: "pong", nonce: cursor.readVarint() };
    case frameTypes.ack:
      return readAck(cursor);
    case frameTypes.window:
      return { type: "window", id: cursor.readVarint(), limit: cursor.readVarint() };
    case frameTypes.streams:
      return { type: "streams", limit: cursor.readVarint() };
    case frameTypes.reset:
      return { type: "reset", id: cursor.readVarint(), kind: readKind(cursor), code: cursor.readVarint() };
    case frameTypes["reset-ack"]:
      return { type: "reset-ack", id: cursor.readVarint() };
    case frameTypes.stop:
      return { type: "stop", id: cursor.readVarint(), code: cursor.readVarint() };
    case frameTypes["stop-ack"]:
      return { type: "stop-ack", id: cursor.readVarint() };
    case frameTypes["path-abandoned"]:
      return { type: "path-abandoned", pathId: cursor.readVarint(), code: cursor.readVarint() };
    case frameTypes.drain:
      return { type: "drain" };
    case frameTypes.close:
      return readClose(cursor);
    default:
      // SPEC.md §Frames: an unknown type below 0x40 closes the path, because its length is unknown.
      throw malformed(`frame type 0x${type.toString(16).padStart(2, "0")} is unknown`);
  }
}

/** type 0x08 | END 0x01 | kind 0x02 · id v · offset v · [kind 1 byte] · length v · bytes */
function readStream(cursor: ReadCursor, type: number): StreamFrame {
  const id = cursor.readVarint();
  const offset = cursor.readVarint();
  const kind = (type & streamKindBit) === 0 ? undefined : readKind(cursor);
  const bytes = cursor.readBytes(cursor.readVarint());
  const end = (type & streamEndBit) !== 0;
  if (offset + bytes.length >= largestVarint) throw malformed("a stream is longer than 2^53 - 2 bytes");
  return kind === undefined
    ? { type: "stream", id, offset, end, bytes }
    : { type: "stream", id, offset, kind, end, bytes };
}

/** 0x03 · id v · offset v · count v (≤ 8) · count × (gap v ≥ 1, length v ≥ 1), each gap counted from where the last ended */
function readAck(cursor: ReadCursor): Frame {
  const id = cursor.readVarint();
  const offset = cursor.readVarint();
  const count = cursor.readVarint();
  if (count > limits.ackRanges) throw malformed(`an ACK holds ${count} ranges, ${limits.ackRanges} are allowed`);
  const ranges: AckRange[] = [];
  let end = offset;
  for (let index = 0; index < count; index++) {
    const gap = cursor.readVarint();
    const length = cursor.readVarint();
    if (gap === 0 || length === 0) throw malformed("an ACK range is empty or touches the one before");
    const from = end + gap;
    end = from + length;
    if (end > largestVarint) throw malformed("an ACK range ends above 2^53 - 1");
    ranges.push({ from, to: end });
  }
  return { type: "ack", id, offset, ranges };
}

function writeAck(cursor: WriteCursor, id: number, offset: number, ranges: readonly AckRange[]): void {
  cursor.writeByte(frameTypes.ack);
  cursor.writeVarint(id);
  cursor.writeVarint(offset);
  cursor.writeVarint(ranges.length);
  let end = offset;
  for (const { from, to } of ranges) {
    cursor.writeVarint(from - end);
    cursor.writeVarint(to - from);
    end = to;
  }
}

function ackSize(id: number, offset: number, ranges: readonly AckRange[]): number {
  let size = 1 + varintSize(id) + varintSize(offset) + varintSize(ranges.length);
  let end = offset;
  for (const { from, to } of ranges) {
    size += varintSize(from - end) + varintSize(to - from);
    end = to;
  }
  return size;
}

/** 0x1a · code v · length v (≤ 256) · UTF-8 reason */
function readClose(cursor: ReadCursor): Frame {
  const code = cursor.readVarint();
  const length = cursor.readVarint();
  if (length > limits.closeReasonBytes) throw malformed(`a CLOSE reason has ${length} bytes`);
  return { type: "close", code, reason: readText(cursor.readBytes(length)) };
}

function readText(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw malformed("a CLOSE reason is not UTF-8");
  }
}

function readKind(cursor: ReadCursor): StreamKind {
  const number = cursor.readByte();
  const kind = streamKindFromWire(number);
  if (kind === undefined) throw malformed(`stream kind ${number} is unknown`);
  return kind;
}
