import { createFakeClock } from "@culvert/protocol/testing";
import { describe, expect, it } from "vitest";
import { type JoinSocket, joinRelay } from "./relay-join.ts";
import type { RelayPath } from "./relay-path.ts";

interface FakeSocket extends JoinSocket {
  bufferedAmount: number;
  readonly texts: string[];
  readonly binaries: Uint8Array[];
  closed: boolean;
}

function fakeSocket(): FakeSocket {
  return {
    binaryType: "blob",
    bufferedAmount: 0,
    texts: [],
    binaries: [],
    closed: false,
    onopen: null,
    onmessage: null,
    onclose: null,
    send(data) {
      if (typeof data === "string") this.texts.push(data);
      else this.binaries.push(data);
    },
    close() {
      this.closed = true;
    },
  };
}

function setUp() {
  const socket = fakeSocket();
  const clock = createFakeClock();
  const controller = new AbortController();
  const joined = joinRelay({
    signalingUrl: "ws://signal.example/",
    signalingTicket: "ticket",
    clock,
    signal: controller.signal,
    openSocket: () => socket,
  });
  const say = (message: object): void => socket.onmessage?.({ data: JSON.stringify(message) } as MessageEvent);
  const deliver = (bytes: number[]): void =>
    socket.onmessage?.({ data: Uint8Array.from(bytes).buffer } as MessageEvent);
  return { socket, clock, controller, joined, say, deliver };
}

async function joinedPath() {
  const parts = setUp();
  parts.socket.onopen?.(new Event("open"));
  parts.say({ type: "joined", relayId: 9, serverTimeMs: 0 });
  const path = await parts.joined;
  const seen: string[] = [];
  path.attach({
    onMessage: (message) => seen.push(`message ${message.length}`),
    onDrain: () => seen.push("drain"),
    onClose: (code) => seen.push(`close ${code}`),
  });
  return { ...parts, path, seen };
}

const credit = (bytes: number): number[] => [2, 0, 0, 0, 9, 0, 0, 0, 0, ...uint32(bytes)];
const uint32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function sendUntilFull(path: RelayPath): void {
  for (let count = 0; count < 3; count += 1) path.send(new Uint8Array(32_768));
}

describe("joinRelay", () => {
  it("shows the ticket and resolves when joined", async () => {
    const { socket } = await joinedPath();
    expect(socket.texts.map((text) => JSON.parse(text))).toEqual([
      { type: "join", versions: { min: 1, max: 1 }, signalingTicket: "ticket" },
    ]);
    expect(socket.binaryType).toBe("arraybuffer");
  });

  it("rejects with the server's words", async () => {
    const { joined, say, socket } = setUp();
    say({ type: "error", code: "offline", message: "laptop is offline", hint: "start it" });
    await expect(joined).rejects.toMatchObject({ code: "offline", message: "laptop is offline", hint: "start it" });
    expect(socket.closed).toBe(true);
  });

  it("rejects where the server cannot be reached, is silent, or is given up", async () => {
    const unreachable = setUp();
    unreachable.socket.onclose?.({} as CloseEvent);
    await expect(unreachable.joined).rejects.toMatchObject({ code: "network" });
    const silent = setUp();
    const timedOut = expect(silent.joined).rejects.toMatchObject({ code: "timeout" });
    await silent.clock.advance(10_000);
    await timedOut;
    const canceled = setUp();
    canceled.controller.abort();
    await expect(canceled.joined).rejects.toMatchObject({ code: "canceled" });
    expect(canceled.clock.pendingTimers()).toBe(0);
  });
});

describe("RelayPath", () => {
  it("puts messages into envelopes and takes them out", async () => {
    const { path, socket, deliver, seen } = await joinedPath();
    path.send(Uint8Array.of(7, 8));
    expect([...(socket.binaries[0] ?? [])]).toEqual([1, 0, 0, 0, 9, 7, 8]);
    deliver([1, 0, 0, 0, 9, 1, 2, 3]);
    deliver([1, 0, 0, 0, 8, 1]);
    expect(seen).toEqual(["message 3"]);
  });

  it("waits for credit beyond the first 64 KiB", async () => {
    const { path, socket, deliver } = await joinedPath();
    sendUntilFull(path);
    expect(socket.binaries).toHaveLength(2);
    expect(path.bufferedBytes()).toBe(32_768);
    deliver(credit(98_304));
    expect(socket.binaries).toHaveLength(3);
    expect(path.bufferedBytes()).toBe(0);
  });

  it("drains when credit or the socket lets its queue fall", async () => {
    const { path, socket, clock, seen } = await joinedPath();
    socket.bufferedAmount = 60_000;
    path.send(new Uint8Array(1_000));
    await clock.advance(100);
    expect(seen).toEqual([]);
    socket.bufferedAmount = 0;
    await clock.advance(100);
    expect(seen).toEqual(["drain"]);
    expect(clock.pendingTimers()).toBe(0);
  });

  it("grants credit for what was taken, not for what came, in half steps", async () => {
    const { socket, deliver, path } = await joinedPath();
    const message = [1, 0, 0, 0, 9, ...new Array<number>(20_000).fill(0)];
    deliver(message);
    deliver(message);
    path.taken(20_000);
    expect(socket.binaries).toHaveLength(0);
    path.taken(20_000);
    expect([...(socket.binaries[0] ?? [])]).toEqual(credit(40_000 + 131_072));
  });

  it("cuts a sender that goes beyond its credit", async () => {
    const { socket, deliver, seen } = await joinedPath();
    for (let count = 0; count < 4; count += 1) deliver([1, 0, 0, 0, 9, ...new Array<number>(20_000).fill(0)]);
    expect(seen).toEqual(["message 20000", "message 20000", "message 20000", "close protocol-error"]);
    expect(socket.closed).toBe(true);
  });

  it("tells the agent's leaving by its code, once", async () => {
    const { say, socket, seen, path } = await joinedPath();
    say({ type: "peer-left", code: "offline" });
    socket.onclose?.({} as CloseEvent);
    path.send(Uint8Array.of(1));
    expect(seen).toEqual(["close offline"]);
    expect(socket.binaries).toHaveLength(0);
  });

  it("is silent after its own close and leaves no timer", async () => {
    const { path, socket, seen, clock, deliver } = await joinedPath();
    sendUntilFull(path);
    path.close("closed", "done");
    deliver([1, 0, 0, 0, 9, 1]);
    expect(seen).toEqual([]);
    expect(socket.closed).toBe(true);
    expect(clock.pendingTimers()).toBe(0);
  });
});
