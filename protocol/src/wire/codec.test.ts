import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TunnelError } from "../errors.ts";
import { decodeMessage, frameSize, writeFrame } from "./codec.ts";
import { WriteCursor } from "./cursor.ts";
import type { Frame, StreamFrame } from "./frame.ts";

const number = fc.oneof(fc.nat(100), fc.nat(100_000), fc.maxSafeNat());
const below = (most: number) => fc.nat(most);
const kind = fc.constantFrom("control" as const, "http" as const, "websocket" as const, "tcp" as const);
const id = number;

const ack = fc
  .tuple(
    id,
    below(2 ** 40),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 30 }), fc.integer({ min: 1, max: 2 ** 30 })), { maxLength: 8 }),
  )
  .map(([ackId, offset, steps]): Frame => {
    let end = offset;
    const ranges = steps.map(([gap, length]) => {
      const from = end + gap;
      end = from + length;
      return { from, to: end };
    });
    return { type: "ack", id: ackId, offset, ranges };
  });

const stream = fc
  .record({
    id,
    offset: below(2 ** 52),
    end: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 300 }),
    kind: fc.option(kind),
  })
  .map(
    ({ kind: named, ...rest }): StreamFrame => ({
      type: "stream",
      ...rest,
      ...(named === null ? {} : { kind: named }),
    }),
  );

const frame: fc.Arbitrary<Frame> = fc.oneof(
  stream,
  ack,
  fc.record({ type: fc.constantFrom("ping" as const, "pong" as const), nonce: number }),
  fc.record({ type: fc.constant("window" as const), id, limit: number }),
  fc.record({ type: fc.constant("streams" as const), limit: number }),
  fc.record({ type: fc.constant("reset" as const), id, kind, code: number }),
  fc.record({ type: fc.constant("stop" as const), id, code: number }),
  fc.record({ type: fc.constantFrom("reset-ack" as const, "stop-ack" as const), id }),
  fc.record({ type: fc.constant("path-abandoned" as const), pathId: number, code: number }),
  fc.constant<Frame>({ type: "drain" }),
  fc.record({
    type: fc.constant("close" as const),
    code: number,
    reason: fc.string({ maxLength: 60, unit: "grapheme-ascii" }),
  }),
);

function encode(frames: readonly Frame[]): Uint8Array {
  const size = frames.reduce((sum, each) => sum + frameSize(each), 0);
  const cursor = new WriteCursor(new Uint8Array(size));
  for (const each of frames) writeFrame(cursor, each);
  expect(cursor.remaining, "frameSize is exact").toBe(0);
  return cursor.written();
}

describe("the codec", () => {
  it("reads what it wrote", () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 20 }), (frames) => {
        expect(decodeMessage(encode(frames))).toEqual(frames);
      }),
      { numRuns: 300 },
    );
  });

  it("gives frames or one protocol-error of scope path for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeMessage(bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(TunnelError);
          expect(thrown).toMatchObject({ code: "protocol-error", scope: "path", origin: "remote" });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps stream bytes as a view of the message", () => {
    const message = encode([
      { type: "stream", id: 2, offset: 0, kind: "http", end: false, bytes: Uint8Array.of(1, 2, 3) },
    ]);
    const [first] = decodeMessage(message);
    expect(first?.type === "stream" && first.bytes.buffer === message.buffer).toBe(true);
  });

  it("reads a message that is itself a view at an offset", () => {
    const whole = Uint8Array.of(0xff, 0xff, 0x01, 0x05, 0xff);
    expect(decodeMessage(whole.subarray(2, 4))).toEqual([{ type: "ping", nonce: 5 }]);
  });
});
