/**
 * The frames a message holds, as one union, and the registry of their type bytes with who may send them and why.
 * Invariant: every frame is idempotent and every limit in it is absolute, so that re-sending is always safe.
 */

/** What a stream carries; fixed when it is opened. */
export type StreamKind = "control" | "http" | "websocket" | "tcp";

/** Numbers of the stream kinds on the wire. */
export const streamKinds = { control: 0, http: 1, websocket: 2, tcp: 3 } as const satisfies Record<StreamKind, number>;

const kindByNumber = new Map<number, StreamKind>(
  Object.entries(streamKinds).map(([kind, number]) => [number, kind as StreamKind]),
);

/** The stream kind of a number from the wire; undefined where it is unknown. */
export function streamKindFromWire(wire: number): StreamKind | undefined {
  return kindByNumber.get(wire);
}

/** A run of received bytes [from, to) beyond the contiguous offset. */
export interface AckRange {
  readonly from: number;
  readonly to: number;
}

export interface StreamFrame {
  readonly type: "stream";
  readonly id: number;
  readonly offset: number;
  /** Present on every frame that may be the first one that the peer sees: until the opening is acknowledged. */
  readonly kind?: StreamKind;
  /** True where the stream ends right after these bytes; END occupies one virtual offset. */
  readonly end: boolean;
  /** A view into the message that it was decoded from. */
  readonly bytes: Uint8Array;
}

export type Frame =
  | StreamFrame
  | { readonly type: "ping"; readonly nonce: number }
  | { readonly type: "pong"; readonly nonce: number }
  | { readonly type: "ack"; readonly id: number; readonly offset: number; readonly ranges: readonly AckRange[] }
  | { readonly type: "window"; readonly id: number; readonly limit: number }
  | { readonly type: "streams"; readonly limit: number }
  | { readonly type: "reset"; readonly id: number; readonly kind: StreamKind; readonly code: number }
  | { readonly type: "reset-ack"; readonly id: number }
  | { readonly type: "stop"; readonly id: number; readonly code: number }
  | { readonly type: "stop-ack"; readonly id: number }
  | { readonly type: "path-abandoned"; readonly pathId: number; readonly code: number }
  | { readonly type: "drain" }
  | { readonly type: "close"; readonly code: number; readonly reason: string };

/**
 * Frame types, a varint each. STREAM takes 0x08 to 0x0b: bit 0 = END, bit 1 = a kind byte follows. Types from 0x40 on carry a varint
 * length, so that a receiver skips the ones it does not know; an unknown type below 0x40 closes the path.
 */
export const frameTypes = {
  ping: 0x01,
  pong: 0x02,
  ack: 0x03,
  window: 0x04,
  streams: 0x05,
  stream: 0x08,
  reset: 0x10,
  "reset-ack": 0x11,
  stop: 0x12,
  "stop-ack": 0x13,
  "path-abandoned": 0x18,
  drain: 0x19,
  close: 0x1a,
} as const satisfies Record<Frame["type"], number>;

export const streamEndBit = 0x01;
export const streamKindBit = 0x02;
export const firstSkippableType = 0x40;
