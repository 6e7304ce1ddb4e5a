/** Data channels of both libraries as paths, alone and crossed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createWebRtcLibrary } from "@culvert/peer-agent/webrtc";
import type { Path } from "@culvert/protocol/endpoint";
import { pathContract } from "@culvert/protocol/testing";
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
  const closed = Promise.withResolvers<void>();
  path.attach({
    onMessage: (message) => messages.push(message),
    onDrain: () => {},
    onClose: (code) => {
      closes.push(code);
      closed.resolve();
    },
  });
  return { messages, closes, closed: closed.promise };
}

describe.each(pairs)("a channel offered by %s and answered by %s", (offererName, answererName) => {
  let pair: WebRtcPair | undefined;
  afterEach(() => pair?.close());

  test.each(pathContract)("keeps the path contract: $name", async (check) => {
    pair = await openWebRtcPair(offererName, answererName);
    await check.run({ first: pair.offerer, second: pair.answerer, settle: () => setTimeout(50) });
  });

  test("delivers what was sent before a close, then tells the other side of it, and nothing more", async () => {
    pair = await openWebRtcPair(offererName, answererName);
    const here = listen(pair.answerer);
    const there = listen(pair.offerer);
    for (let count = 0; count < 4; count++) pair.answerer.send(new Uint8Array(10_000));
    pair.answerer.close("closed", "enough");
    pair.answerer.send(new Uint8Array(1));
    await there.closed;
    expect(there.messages.length).toBe(4);
    expect(there.closes).toEqual(["closed"]);
    expect(here.closes).toEqual([]);
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

  test.each([[], ["stun:127.0.0.1:9"]])(
    "closed amid a negotiation, it leaves nothing that holds a process: %j",
    async (...stun) => {
      const program = fileURLToPath(new URL("../harness/cut-negotiations.ts", import.meta.url));
      const child = spawn(process.execPath, [program, name, ...stun], { stdio: ["ignore", "pipe", "inherit"] });
      try {
        const ended = once(child, "exit");
        expect(String((await once(child.stdout, "data"))[0])).toBe("cut\n");
        // A handshake that goes on does so for 33 s.
        const isLong = setTimeout(25_000, "it is held open", { ref: false });
        expect(await Promise.race([ended, isLong])).toEqual([0, null]);
      } finally {
        child.kill("SIGKILL");
      }
    },
    120_000,
  );

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
