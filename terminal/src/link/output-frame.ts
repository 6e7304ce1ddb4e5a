/**
 * What a page gets of a session, as frames in the body of one answer. Pure; both sides use it.
 *
 * | offset | size | field | meaning |
 * |---|---|---|---|
 * | 0 | 1 | type | 1 screen, 2 output, 3 status, 4 beat |
 * | 1 | 4 | length | bytes that follow, big endian |
 * | 5 | 8 | sequence | screen, output, beat: byte offset in the transcript, big endian |
 * | 13 | 2 + 2 | columns, rows | screen only |
 * | … | … | rest | screen: UTF-8 to write into a cleared terminal; output: bytes; status: JSON |
 */
import { terminalLimits } from "../limits.ts";

/** Where output stands: the bytes that a session has written, counted since it began. */
export type Sequence = number;

export type OutputFrame =
  /** The whole screen and what is above it, as it is when `sequence` bytes were written. */
  | {
      readonly type: "screen";
      readonly sequence: Sequence;
      readonly columns: number;
      readonly rows: number;
      readonly screen: string;
    }
  /** Bytes at `sequence` and after it. */
  | { readonly type: "output"; readonly sequence: Sequence; readonly bytes: Uint8Array }
  /** JSON of a `SessionStatus`. */
  | { readonly type: "status"; readonly json: string }
  /** The session lives; `sequence` is its end. */
  | { readonly type: "beat"; readonly sequence: Sequence };

const types = ["screen", "output", "status", "beat"] as const;
const headBytes = 5;
const encoder = new TextEncoder();

/** One frame's bytes. */
export function encodeFrame(frame: OutputFrame): Uint8Array {
  switch (frame.type) {
    case "screen": {
      const size = new DataView(new ArrayBuffer(4));
      size.setUint16(0, frame.columns);
      size.setUint16(2, frame.rows);
      return framed(1, sequenceBytes(frame.sequence), new Uint8Array(size.buffer), encoder.encode(frame.screen));
    }
    case "output":
      return framed(2, sequenceBytes(frame.sequence), frame.bytes);
    case "status":
      return framed(3, encoder.encode(frame.json));
    case "beat":
      return framed(4, sequenceBytes(frame.sequence));
  }
}

/** Takes bytes in any pieces, gives whole frames. Throws a RangeError for bytes that are no frames. */
export class FrameReader {
  #pending = new Uint8Array(0);

  /** The frames that are whole now; their bytes are copies. */
  push(bytes: Uint8Array): OutputFrame[] {
    this.#pending = joined(this.#pending, bytes);
    const frames: OutputFrame[] = [];
    let offset = 0;
    for (;;) {
      const rest = this.#pending.subarray(offset);
      if (rest.length < headBytes) break;
      const view = new DataView(rest.buffer, rest.byteOffset, rest.length);
      const length = view.getUint32(1);
      if (length > terminalLimits.frameBytes) throw new RangeError(`A frame of ${length} bytes.`);
      if (rest.length < headBytes + length) break;
      frames.push(decode(view.getUint8(0), rest.slice(headBytes, headBytes + length)));
      offset += headBytes + length;
    }
    this.#pending = this.#pending.slice(offset);
    return frames;
  }
}

function decode(code: number, payload: Uint8Array): OutputFrame {
  const type = types[code - 1];
  if (type === undefined) throw new RangeError(`A frame of type ${code}.`);
  if (type === "status") return { type, json: new TextDecoder().decode(payload) };
  const fixed = type === "screen" ? 12 : 8;
  if (payload.length < fixed) throw new RangeError(`A ${type} frame of ${payload.length} bytes.`);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const sequence = view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  if (!Number.isSafeInteger(sequence)) throw new RangeError("A sequence past every transcript.");
  const rest = payload.subarray(fixed);
  if (type === "beat") return { type, sequence };
  if (type === "output") return { type, sequence, bytes: rest };
  const screen = new TextDecoder().decode(rest);
  return { type, sequence, columns: view.getUint16(8), rows: view.getUint16(10), screen };
}

function framed(type: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(headBytes + length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint32(1, length);
  let offset = headBytes;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function sequenceBytes(sequence: Sequence): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, Math.floor(sequence / 2 ** 32));
  view.setUint32(4, sequence % 2 ** 32);
  return new Uint8Array(view.buffer);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
