/** Holds the codec to vectors/frames.json, whole, cut short and with single bytes changed. */
import { describe, expect, it } from "vitest";
import { TunnelError } from "../src/errors.ts";
import { decodeMessage, frameSize, writeFrame } from "../src/wire/codec.ts";
import { WriteCursor } from "../src/wire/cursor.ts";
import type { Frame } from "../src/wire/frame.ts";
import { accepted, rejected } from "./frame-vectors.ts";

function encode(frames: readonly Frame[]): Uint8Array {
  const size = frames.reduce((sum, frame) => sum + frameSize(frame), 0);
  const cursor = new WriteCursor(new Uint8Array(size));
  for (const frame of frames) writeFrame(cursor, frame);
  return cursor.written();
}

/** Decodes, or gives the error; anything but the one allowed error is thrown. */
function decodeOrRefuse(message: Uint8Array): Frame[] | "refused" {
  try {
    return decodeMessage(message);
  } catch (thrown) {
    if (thrown instanceof TunnelError && thrown.code === "protocol-error" && thrown.scope === "path") return "refused";
    throw thrown;
  }
}

describe("frame vectors", () => {
  it.each(accepted.map((vector) => [vector.note, vector] as const))("reads %s", (_note, { hex, frames }) => {
    expect(decodeMessage(hex)).toEqual(frames);
  });

  const canonical = accepted.filter((vector) => vector.canonical);
  it.each(canonical.map((vector) => [vector.note, vector] as const))("writes %s", (_note, { hex, frames }) => {
    expect(encode(frames)).toEqual(hex);
  });

  it.each(rejected.map((vector) => [vector.note, vector] as const))("refuses %s", (_note, { hex }) => {
    expect(decodeOrRefuse(hex)).toBe("refused");
  });

  it("refuses every message of one frame that is cut short", () => {
    const single = canonical.filter(({ frames }) => frames.length === 1);
    for (const { hex, note } of single) {
      for (let length = 0; length < hex.length; length++) {
        expect(decodeOrRefuse(hex.subarray(0, length)), `${note}, ${length} bytes of it`).toBe("refused");
      }
    }
  });

  it("reads or refuses every message with one bit changed, and what it reads it can write", () => {
    for (const { hex } of [...accepted, ...rejected]) {
      for (let bit = 0; bit < hex.length * 8; bit++) {
        const changed = hex.slice();
        const at = bit >> 3;
        changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
        const frames = decodeOrRefuse(changed);
        if (frames !== "refused" && frames.length > 0) expect(decodeMessage(encode(frames))).toEqual(frames);
      }
    }
  });
});
