import { describe, expect, it } from "vitest";
import { channelOpened, type DataChannel, DataChannelPath } from "./data-channel-path.ts";

interface FakeChannel extends DataChannel {
  sent: Uint8Array[];
}

function fakeChannel(readyState: RTCDataChannelState = "open"): FakeChannel {
  return {
    sent: [],
    readyState,
    binaryType: "blob",
    bufferedAmount: 0,
    bufferedAmountLowThreshold: 0,
    onbufferedamountlow: null,
    onclose: null,
    onerror: null,
    onmessage: null,
    onopen: null,
    send(data) {
      // As browsers do: it is copied.
      this.sent.push(data.slice());
    },
    close() {
      Object.assign(this, { readyState: "closing" });
    },
  };
}

function deliver(channel: FakeChannel, data: unknown): void {
  channel.onmessage?.call(channel as unknown as RTCDataChannel, { data } as MessageEvent);
}

function watch(path: DataChannelPath): string[] {
  const seen: string[] = [];
  path.attach({
    onMessage: (message) => seen.push(`message ${message.join(",")}`),
    onDrain: () => seen.push("drain"),
    onClose: (code) => seen.push(`close ${code}`),
  });
  return seen;
}

describe("DataChannelPath", () => {
  it("delivers messages that came before it was attached first, in order", () => {
    const channel = fakeChannel();
    const path = new DataChannelPath(channel, "direct");
    deliver(channel, Uint8Array.of(1).buffer);
    deliver(channel, Uint8Array.of(2).buffer);
    const seen = watch(path);
    deliver(channel, Uint8Array.of(3).buffer);
    expect(seen).toEqual(["message 1", "message 2", "message 3"]);
    expect(channel.binaryType).toBe("arraybuffer");
  });

  it("frees the memory of what it has sent, and of what is given back to it", () => {
    const channel = fakeChannel();
    const path = new DataChannelPath(channel, "direct");
    const outgoing = Uint8Array.of(1, 2);
    path.send(outgoing);
    expect([channel.sent[0], outgoing.byteLength]).toEqual([Uint8Array.of(1, 2), 0]);
    const incoming: Uint8Array[] = [];
    path.attach({ onMessage: (message) => incoming.push(message), onDrain: () => {}, onClose: () => {} });
    deliver(channel, Uint8Array.of(3).buffer);
    const [message] = incoming;
    if (message === undefined) throw new Error("nothing came");
    path.release(message);
    expect(message.buffer.byteLength).toBe(0);
  });

  it("asks for the drain event at half of its queue", () => {
    const channel = fakeChannel();
    const path = new DataChannelPath(channel, "direct");
    const seen = watch(path);
    expect(channel.bufferedAmountLowThreshold).toBe(path.queueBytes / 2);
    channel.onbufferedamountlow?.call(channel as unknown as RTCDataChannel, new Event("bufferedamountlow"));
    expect(seen).toEqual(["drain"]);
  });

  it("tells a remote close once and nothing after it", () => {
    const channel = fakeChannel();
    const seen = watch(new DataChannelPath(channel, "direct"));
    channel.onclose?.call(channel as unknown as RTCDataChannel, new Event("close"));
    channel.onerror?.call(channel as unknown as RTCDataChannel, new Event("error") as RTCErrorEvent);
    deliver(channel, Uint8Array.of(1).buffer);
    expect(seen).toEqual(["close path-failed"]);
  });

  it("tells a close that came before it was attached", () => {
    expect(watch(new DataChannelPath(fakeChannel("closed"), "direct"))).toEqual(["close path-failed"]);
  });

  it("says nothing after its own close and sends nothing", () => {
    const channel = fakeChannel();
    const path = new DataChannelPath(channel, "direct");
    const seen = watch(path);
    path.close("closed", "done");
    path.close("closed", "again");
    deliver(channel, Uint8Array.of(1).buffer);
    channel.onclose?.call(channel as unknown as RTCDataChannel, new Event("close"));
    path.send(Uint8Array.of(1));
    expect(seen).toEqual([]);
    expect(channel.sent).toEqual([]);
  });

  it("refuses a message beyond its size", () => {
    const path = new DataChannelPath(fakeChannel(), "direct");
    expect(() => path.send(new Uint8Array(path.maxMessageBytes + 1))).toThrow(/16385 bytes/);
  });

  it("closes where the channel refuses a message, since order is lost then", () => {
    const channel = fakeChannel();
    channel.send = () => {
      throw new Error("queue is full");
    };
    const path = new DataChannelPath(channel, "direct");
    const seen = watch(path);
    path.send(Uint8Array.of(1));
    expect(seen).toEqual(["close path-failed"]);
  });

  it("closes on a text message", () => {
    const channel = fakeChannel();
    const seen = watch(new DataChannelPath(channel, "direct"));
    deliver(channel, "hello");
    expect(seen).toEqual(["close protocol-error"]);
    expect(channel.readyState).toBe("closing");
  });
});

describe("channelOpened", () => {
  it("waits for the open event", async () => {
    const channel = fakeChannel("connecting");
    const opened = channelOpened(channel);
    channel.onopen?.call(channel as unknown as RTCDataChannel, new Event("open"));
    await opened;
  });

  it("rejects where the channel closes first", async () => {
    const channel = fakeChannel("connecting");
    const opened = channelOpened(channel);
    channel.onclose?.call(channel as unknown as RTCDataChannel, new Event("close"));
    await expect(opened).rejects.toMatchObject({ code: "path-failed", scope: "path" });
  });
});
