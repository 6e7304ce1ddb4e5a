import { describe, expect, it } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createMemoryPathPair } from "../testing/memory-path.ts";
import { HandshakePath } from "./handshake-path.ts";
import type { Path } from "./path.ts";

const message = (byte: number): Uint8Array => Uint8Array.of(byte);

function stage() {
  const clock = createFakeClock();
  const pair = createMemoryPathPair();
  const far: string[] = [];
  pair.second.attach({
    onMessage: (bytes) => far.push(`message ${bytes[0]}`),
    onDrain: () => {},
    onClose: (code, reason) => far.push(`close ${code} ${reason}`),
  });
  return { clock, pair, far, pipe: new HandshakePath(pair.first, clock, "path") };
}

/** Attaches and notes what is heard. `react` runs for each message. */
function note(path: Path, react: (byte: number) => void = () => {}): string[] {
  const heard: string[] = [];
  path.attach({
    onMessage: (bytes) => {
      heard.push(`message ${bytes[0]}`);
      react(bytes[0] ?? 0);
    },
    onDrain: () => heard.push("drain"),
    onClose: (code) => heard.push(`close ${code}`),
  });
  return heard;
}

describe("a path in its handshake", () => {
  it("gives messages one by one, in order, whether they came before or after they were asked for", async () => {
    const { clock, pair, pipe } = stage();
    pair.second.send(message(1));
    pair.second.send(message(2));
    await clock.settle();
    expect([await pipe.next(), await pipe.next()]).toEqual([message(1), message(2)]);
    const third = pipe.next();
    pair.second.send(message(3));
    expect(await third).toEqual(message(3));
  });

  it("hands everything that nobody asked for to the endpoint, first what came first", async () => {
    const { clock, pair, pipe } = stage();
    for (const byte of [1, 2, 3]) pair.second.send(message(byte));
    await clock.settle();
    await pipe.next();
    const path = pipe.release();
    pair.second.send(message(4));
    await clock.settle();
    const heard = note(path);
    pair.second.send(message(5));
    pair.second.close("closed", "over");
    await clock.settle();
    expect(heard).toEqual(["message 2", "message 3", "message 4", "message 5", "close closed"]);
  });

  it("keeps the order where handling one message makes another one come at once", () => {
    let deliver: (bytes: Uint8Array) => void = () => {};
    const path: Path = {
      kind: "direct",
      maxMessageBytes: 100,
      queueBytes: 100,
      bufferedBytes: () => 0,
      send: (bytes) => deliver(bytes),
      attach: ({ onMessage }) => {
        deliver = onMessage;
      },
      close: () => {},
    };
    const pipe = new HandshakePath(path, createFakeClock(), "path");
    deliver(message(1));
    deliver(message(2));
    const released = pipe.release();
    const heard = note(released, (byte) => byte === 1 && released.send(message(3)));
    expect(heard).toEqual(["message 1", "message 2", "message 3"]);
  });

  it("delivers nothing more once the endpoint closed it", async () => {
    const { clock, pair, pipe, far } = stage();
    for (const byte of [1, 2]) pair.second.send(message(byte));
    await clock.settle();
    const path = pipe.release();
    const heard = note(path, () => path.close("path-failed", "bad"));
    await clock.settle();
    expect(heard).toEqual(["message 1"]);
    expect(far).toEqual(["close path-failed bad"]);
  });

  it("rejects with the code of a close, after the messages before it", async () => {
    const { clock, pair, pipe } = stage();
    pair.second.send(message(1));
    pair.second.close("offline", "gone");
    await clock.settle();
    expect(await pipe.next()).toEqual(message(1));
    await expect(pipe.next()).rejects.toMatchObject({ code: "offline", message: "gone", origin: "remote" });
    expect(() => pipe.release()).toThrow(expect.objectContaining({ code: "offline" }));
    expect(clock.pendingTimers()).toBe(0);
  });

  it("has ten seconds for all messages together, and none once it is released", async () => {
    const slow = stage();
    await slow.clock.advance(9_000);
    slow.pair.second.send(message(1));
    await slow.pipe.next();
    const next = expect(slow.pipe.next()).rejects.toMatchObject({ code: "timeout", scope: "path" });
    await slow.clock.advance(1_000);
    await next;
    const done = stage();
    const heard = note(done.pipe.release());
    await done.clock.advance(60_000);
    expect([heard, done.clock.pendingTimers()]).toEqual([[], 0]);
  });

  it("holds a mebibyte for a slow handshake, then closes the path", async () => {
    const { clock, pair, pipe, far } = stage();
    for (let count = 0; count < 64; count += 1) pair.second.send(new Uint8Array(16_384));
    await clock.settle();
    expect(far).toEqual([]);
    pair.second.send(message(1));
    await clock.settle();
    expect(far).toMatchObject([expect.stringMatching(/^close limit-reached /)]);
    await expect(pipe.next()).rejects.toMatchObject({ code: "limit-reached" });
  });
});
