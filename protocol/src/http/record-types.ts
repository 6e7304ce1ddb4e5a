/**
 * Records on http, websocket and control streams: `type varint, length varint, bytes`, as RFC 9114 §7.1.
 * Invariant: records may span frames; an unknown type is skipped by its length (SPEC.md §Records).
 */
import { limits } from "../limits.ts";

export const recordTypes = {
  /** msgpack: request head, response head, websocket head or websocket answer, by stream kind and direction. */
  head: 0x01,
  /** msgpack: a 1xx head before the head. */
  interimHead: 0x02,
  /** raw bytes of a body. */
  data: 0x03,
  /** msgpack: header list after the last data. */
  trailers: 0x04,
  /** msgpack Failure in place of a head or after it: the exchange failed, nothing follows. */
  failure: 0x05,
  /** one whole UTF-8 text message. */
  text: 0x11,
  /** one whole binary message. */
  binary: 0x12,
  /** msgpack WebSocketClose; nothing follows but END. */
  close: 0x13,
  /** msgpack ControlMessage. */
  control: 0x21,
} as const;

export type RecordName = keyof typeof recordTypes;

/** Records that come whole; a body comes in runs. */
export type WholeRecordName = Exclude<RecordName, "data">;

/** Largest record of each name that a receiver takes. */
export const largestRecordBytes: Readonly<Record<WholeRecordName, number>> = {
  head: limits.headBytes,
  interimHead: limits.headBytes,
  trailers: limits.headBytes,
  failure: limits.controlRecordBytes,
  text: limits.webSocketMessageBytes,
  binary: limits.webSocketMessageBytes,
  close: limits.controlRecordBytes,
  control: limits.controlRecordBytes,
};
