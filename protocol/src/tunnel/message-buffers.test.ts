import { describe, expect, it } from "vitest";
import { MessageBuffers } from "./message-buffers.ts";

describe("message buffers", () => {
  it("are used again once they were given back, and belong to one message until then", () => {
    const buffers = new MessageBuffers();
    const first = buffers.take(16_384);
    expect(buffers.take(16_384).buffer).not.toBe(first.buffer);
    buffers.give(first.subarray(0, 9_000));
    expect(buffers.take(16_384).buffer).toBe(first.buffer);
    expect(buffers.take(16_384).buffer).not.toBe(first.buffer);
  });

  it("have the size that was asked for, whatever was given back", () => {
    const buffers = new MessageBuffers();
    buffers.give(buffers.take(32_768));
    buffers.give(new Uint8Array(100));
    expect(buffers.take(16_384).length).toBe(16_384);
    expect(buffers.take(32_768).length).toBe(32_768);
  });

  it("are kept up to 128 KiB, and none after clear", () => {
    const buffers = new MessageBuffers();
    const given = Array.from({ length: 9 }, () => buffers.take(16_384));
    for (const buffer of given) buffers.give(buffer);
    const taken = Array.from({ length: 9 }, () => buffers.take(16_384).buffer);
    expect(given.filter(({ buffer }) => taken.includes(buffer)).length).toBe(8);
    buffers.give(new Uint8Array(16_384));
    buffers.clear();
    expect(taken).not.toContain(buffers.take(16_384).buffer);
  });
});
