import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, it } from "vitest";
import { ChunkSender } from "./chunk-sender.ts";

function setUp(initialLimitBytes: number) {
  const clock = createFakeClock();
  const posted: Uint8Array[] = [];
  const sender = new ChunkSender({
    maxChunkBytes: 64_000,
    initialLimitBytes,
    clock,
    post: (bytes) => posted.push(bytes),
  });
  return { clock, posted, sender, sizes: () => posted.map(({ length }) => length) };
}

describe("ChunkSender", () => {
  it("joins bulk into whole chunks", async () => {
    const { sender, sizes } = setUp(1_000_000);
    for (let count = 0; count < 8; count += 1) await sender.push(new Uint8Array(16_000));
    expect(sizes()).toEqual([64_000, 64_000]);
  });

  it("sends a small run without waiting for more", async () => {
    const { clock, sender, posted } = setUp(1_000_000);
    await sender.push(Uint8Array.of(1, 2));
    await sender.push(Uint8Array.of(3));
    await clock.settle();
    expect(posted).toEqual([Uint8Array.of(1, 2, 3)]);
  });

  it("sends a started chunk of bulk after a moment", async () => {
    const { clock, sender, sizes } = setUp(1_000_000);
    await sender.push(new Uint8Array(80_000));
    expect(sizes()).toEqual([64_000]);
    await clock.advance(5);
    expect(sizes()).toEqual([64_000, 16_000]);
  });

  it("stops at the limit and goes on at the next grant, byte for byte", async () => {
    const { sender, posted, clock } = setUp(10);
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    let taken = false;
    const done = sender.push(bytes).then(() => sender.finish());
    done.then(() => {
      taken = true;
    });
    await clock.settle();
    expect(posted.map(({ length }) => length)).toEqual([10]);
    sender.grant(5);
    expect(posted).toHaveLength(1);
    sender.grant(70_000);
    await clock.settle();
    expect(taken).toBe(false);
    sender.grant(100_000);
    await done;
    expect(Buffer.concat(posted).equals(bytes)).toBe(true);
  });

  it("holds a small run until there is credit", async () => {
    const { clock, sender, sizes } = setUp(0);
    await sender.push(new Uint8Array(3));
    await clock.settle();
    expect(sizes()).toEqual([]);
    sender.grant(8);
    expect(sizes()).toEqual([3]);
  });

  it("posts nothing after it was canceled", async () => {
    const { clock, sender, sizes } = setUp(1_000_000);
    await sender.push(new Uint8Array(3));
    sender.cancel();
    await clock.advance(10);
    sender.grant(2_000_000);
    expect(sizes()).toEqual([]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it.each(["push", "finish"] as const)("keeps no %s waiting for credit after it was canceled", async (call) => {
    const { sender, posted, clock } = setUp(10);
    let settled = false;
    const begun = call === "push" ? sender.push(new Uint8Array(200_000)) : undefined;
    if (call === "finish") await sender.push(new Uint8Array(100));
    void (begun ?? sender.finish()).then(() => {
      settled = true;
    });
    await clock.settle();
    expect(settled).toBe(false);
    sender.cancel();
    await clock.settle();
    expect(settled).toBe(true);

    await sender.push(new Uint8Array(200_000));
    await sender.finish();
    sender.grant(1_000_000);
    await clock.advance(100);
    expect(posted.map(({ length }) => length)).toEqual([10]);
  });
});
