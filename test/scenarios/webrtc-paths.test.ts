/** Data channels of both libraries as paths, alone and crossed. */
import { createHash, randomBytes } from "node:crypto";
import { createWebRtcLibrary } from "@culvert/peer-agent/webrtc";
import type { Path } from "@culvert/protocol/endpoint";
import { afterEach, describe, expect, test } from "vitest";
import { openWebRtcPair, type WebRtcPair } from "../harness/webrtc-pair.ts";

const pairs = [
  ["native", "native"],
  ["native", "werift"],
  ["werift", "native"],
  ["werift", "werift"],
] as const;

/** What a path brings, in order. */
function listen(path: Path) {
  const messages: Uint8Array[] = [];
  const closes: string[] = [];
  let drains = 0;
  let wake = () => {};
  path.attach({
    onMessage: (message) => {
      messages.push(message);
      wake();
    },
    onDrain: () => {
      drains += 1;
      wake();
    },
    onClose: (code) => {
      closes.push(code);
      wake();
    },
  });
  const until = async (ready: () => boolean) => {
    while (!ready()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { messages, closes, drains: () => drains, until };
}

const hash = (parts: readonly Uint8Array[]) => {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest("hex");
};

describe.each(pairs)("a channel offered by %s and answered by %s", (offererName, answererName) => {
  let pair: WebRtcPair | undefined;
  afterEach(() => pair?.close());

  test.each([
    ["the offerer", (open: WebRtcPair) => [open.offerer, open.answerer] as const],
    ["the answerer", (open: WebRtcPair) => [open.answerer, open.offerer] as const],
  ])("keeps size, order and bytes of what %s sends, within its queue", async (_who, ends) => {
    pair = await openWebRtcPair(offererName, answererName);
    const [sender, receiver] = ends(pair);
    const got = listen(receiver);
    const sending = listen(sender);
    const messages = Array.from({ length: 300 }, (_, index) => randomBytes(index === 7 ? 1 : 16_384));
    for (const message of messages) {
      await sending.until(() => sender.bufferedBytes() < sender.queueBytes);
      sender.send(Uint8Array.from(message));
    }
    await got.until(() => got.messages.length === messages.length);
    expect(got.messages.map(({ length }) => length)).toEqual(messages.map(({ length }) => length));
    expect(hash(got.messages)).toBe(hash(messages));
    expect(sending.drains()).toBeGreaterThan(0);
  });

  test("delivers what was sent before a close, then tells the other side of it, and nothing more", async () => {
    pair = await openWebRtcPair(offererName, answererName);
    const here = listen(pair.answerer);
    const there = listen(pair.offerer);
    for (let count = 0; count < 4; count++) pair.answerer.send(new Uint8Array(10_000));
    pair.answerer.close("closed", "enough");
    pair.answerer.send(new Uint8Array(1));
    await there.until(() => there.closes.length > 0);
    expect(there.messages.length).toBe(4);
    expect(there.closes).toEqual(["closed"]);
    expect(here.closes).toEqual([]);
  });

  test("gives messages that came before anybody listened", async () => {
    pair = await openWebRtcPair(offererName, answererName);
    pair.offerer.send(new Uint8Array([1]));
    pair.offerer.send(new Uint8Array([2]));
    const { offerer } = pair;
    await listen(offerer).until(() => offerer.bufferedBytes() === 0);
    const got = listen(pair.answerer);
    await got.until(() => got.messages.length === 2);
    expect(got.messages.map(([byte]) => byte)).toEqual([1, 2]);
  });
});

describe.each(["native", "werift"] as const)("%s", (name) => {
  test("connects to a browser that hides its addresses behind mDNS names", async () => {
    const hidden = {
      candidate: "candidate:1 1 udp 2113937151 0a1b2c3d.local 50000 typ host",
      sdpMid: "0",
      sdpMLineIndex: 0,
    };
    const pair = await openWebRtcPair("native", name, (candidate) => ({ ...candidate, candidate: hidden.candidate }));
    expect(pair.answerer.kind).toBe("direct");
    await pair.close();
  });

  test("refuses what is no session description", async () => {
    const library = await createWebRtcLibrary(name);
    const connection = library.connect({ kind: "direct", iceServers: [], onCandidate: () => {} });
    await expect(connection.answer("nonsense")).rejects.toMatchObject({ code: "protocol-error", scope: "path" });
    await library.dispose();
    await expect(connection.opened).rejects.toMatchObject({ code: "closed", scope: "path" });
  });

  test("can be closed at any time, and disposed twice", async () => {
    const library = await createWebRtcLibrary(name);
    const connection = library.connect({ kind: "direct", iceServers: [], onCandidate: () => {} });
    const offering = connection.offer();
    await connection.close();
    await Promise.allSettled([offering]);
    await expect(connection.opened).rejects.toMatchObject({ code: "closed" });
    await library.dispose();
    await library.dispose();
  });
});
