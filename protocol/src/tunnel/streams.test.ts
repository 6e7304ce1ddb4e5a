/** Dialogues about streams on one path. Codes are wire numbers: 0x13 canceled, 0x12 target-aborted. */
import { beforeEach, describe, expect, it } from "vitest";
import { ascii, TunnelDialogue } from "../testing/tunnel-dialogue.ts";

let agent: TunnelDialogue;

beforeEach(() => {
  agent = new TunnelDialogue({ role: "agent" });
  agent.addPath(1);
  agent.sent();
  agent.events();
});

const open = (id: number, text: string, end = false) =>
  ({ type: "stream", id, offset: 0, kind: "http", end, bytes: ascii(text) }) as const;

describe("a stream that the peer opens", () => {
  it("is told once, delivers its bytes, and is acknowledged within 20 ms", () => {
    agent.receive(1, open(2, "hello"));
    expect(agent.events()).toEqual(["stream-opened 2", "stream-readable 2"]);
    expect(agent.sent(), "an ACK waits for company").toEqual([]);
    agent.advance(20);
    expect(agent.sent()).toEqual(["1: ACK 2 @5"]);
    expect(agent.tunnel.read(2)).toEqual(ascii("hello"));
    expect(agent.tunnel.read(2)).toBeUndefined();
  });

  it("rides its ACK on an answer", () => {
    agent.receive(1, open(2, "hello"));
    agent.tunnel.write(2, ascii("yes"));
    expect(agent.sent()).toEqual(["1: ACK 2 @5", "1: STREAM 2 @0 +3"]);
    agent.advance(20);
    expect(agent.sent(), "nothing is left to say").toEqual([]);
  });

  it("acknowledges END at once and gives it once, after all bytes", () => {
    agent.receive(1, open(2, "hello", true));
    expect(agent.sent(), "END counts as one").toEqual(["1: ACK 2 @6"]);
    expect(agent.tunnel.read(2)).toEqual(ascii("hello"));
    expect(agent.tunnel.read(2)).toBeNull();
    expect(agent.tunnel.read(2)).toBeUndefined();
  });

  it("finishes when both halves ended, and stays finished", () => {
    agent.receive(1, open(2, "", true));
    agent.tunnel.read(2);
    agent.tunnel.end(2);
    expect(agent.sent()).toEqual(["1: ACK 2 @1", "1: STREAM 2 @0 +0 END"]);
    agent.receive(1, { type: "ack", id: 2, offset: 1, ranges: [] });
    expect(agent.events()).toEqual(["stream-opened 2", "stream-readable 2", "stream-finished 2"]);
    agent.receive(1, open(2, "", true));
    expect(agent.events(), "a late frame opens nothing").toEqual([]);
    expect(agent.sent(), "but lets the peer go").toEqual(["1: STREAMS ≤101", "1: ACK 2 @1"]);
  });

  it("puts bytes in order, tells a gap at once, and takes a repetition once", () => {
    agent.receive(1, open(2, "ab"));
    agent.receive(1, { type: "stream", id: 2, offset: 4, end: false, bytes: ascii("ef") });
    expect(agent.sent()).toEqual(["1: ACK 2 @2 [4, 6)"]);
    agent.receive(1, { type: "stream", id: 2, offset: 1, end: false, bytes: ascii("bcdef") });
    agent.receive(1, { type: "stream", id: 2, offset: 3, end: true, bytes: ascii("def") });
    const read = [agent.tunnel.read(2), agent.tunnel.read(2), agent.tunnel.read(2)].filter((bytes) => bytes != null);
    expect(read.map((bytes) => String.fromCharCode(...bytes)).join("")).toBe("abcdef");
  });
});

describe("flow control", () => {
  const half = 128 * 1024;

  it("gives credit when half a window was read, not when it was received", () => {
    agent.receive(1, open(2, ""));
    for (let offset = 0; offset < 2 * half; offset += 8_192) {
      agent.receive(1, { type: "stream", id: 2, offset, end: false, bytes: new Uint8Array(8_192) });
    }
    const lines = agent.sent();
    expect(lines.at(-1)).toBe(`1: ACK 2 @${2 * half}`);
    expect(lines.join()).not.toContain("WINDOW");
    let read = 0;
    while (read < half - 8_192) read += agent.tunnel.read(2)?.length ?? 0;
    expect(agent.sent()).toEqual([]);
    agent.tunnel.read(2);
    expect(agent.sent()).toEqual([`1: ACK 2 @${2 * half}`, `1: WINDOW 2 ≤${3 * half}`]);
  });

  it("sends no byte beyond the peer's window and goes on when it grows", () => {
    const small = new TunnelDialogue({ role: "viewer", remoteLimits: { streams: 100, windowBytes: 10 } });
    small.addPath(1);
    const id = small.tunnel.openStream("tcp", 0);
    expect(small.tunnel.write(id, ascii("0123456789abcdef"))).toBe(16);
    small.tunnel.end(id);
    expect(small.sent()).toEqual(["1: STREAM 2 @0 +10 tcp"]);
    small.receive(1, { type: "window", id, limit: 12 });
    small.receive(1, { type: "window", id, limit: 11 });
    expect(small.sent(), "a lower limit changes nothing").toEqual(["1: STREAM 2 @10 +2"]);
    small.receive(1, { type: "window", id, limit: 16 });
    expect(small.sent(), "END needs no window").toEqual(["1: STREAM 2 @12 +4 END"]);
  });
});

describe("opening streams", () => {
  it("names the kind until the peer shows that it knows the stream", () => {
    const id = agent.tunnel.openStream("websocket", 0);
    expect(agent.sent(), "the opening goes without bytes too").toEqual(["1: STREAM 1 @0 +0 websocket"]);
    agent.tunnel.write(id, ascii("a"));
    expect(agent.sent()).toEqual(["1: STREAM 1 @0 +1 websocket"]);
    agent.receive(1, { type: "ack", id, offset: 1, ranges: [] });
    agent.tunnel.write(id, ascii("b"));
    expect(agent.sent()).toEqual(["1: STREAM 1 @1 +1"]);
  });

  it("holds what STREAMS does not allow and lets it go when the limit rises", () => {
    const viewer = new TunnelDialogue({ role: "viewer", remoteLimits: { streams: 1, windowBytes: 100 } });
    viewer.addPath(1);
    viewer.tunnel.openStream("http", 0);
    const held = viewer.tunnel.openStream("http", 0);
    viewer.tunnel.write(held, ascii("later"));
    expect(viewer.sent()).toEqual(["1: STREAM 2 @0 +0 http"]);
    viewer.receive(1, { type: "streams", limit: 2 });
    expect(viewer.sent()).toEqual(["1: STREAM 4 @0 +5 http"]);
  });

  it("tells a reset of a held stream once its id is allowed, so that the id is used up on both sides", () => {
    const viewer = new TunnelDialogue({ role: "viewer", remoteLimits: { streams: 0, windowBytes: 100 } });
    viewer.addPath(1);
    const id = viewer.tunnel.openStream("tcp", 0);
    viewer.tunnel.reset(id, "canceled");
    expect(viewer.sent()).toEqual([]);
    viewer.receive(1, { type: "streams", limit: 1 });
    expect(viewer.sent()).toEqual(["1: RESET 2 canceled tcp"]);
    viewer.receive(1, { type: "reset-ack", id });
    expect(viewer.tunnel.streamCount).toBe(0);
  });

  it("raises the peer's STREAMS at once where the peer is at its limit", () => {
    const narrow = new TunnelDialogue({ role: "agent", localLimits: { streams: 1, windowBytes: 100 } });
    narrow.addPath(1);
    narrow.receive(1, open(2, ""), { type: "reset", id: 2, kind: "http", code: 0x13 });
    expect(narrow.sent()).toEqual(["1: STREAMS ≤2", "1: RESET-ACK 2"]);
  });
});

describe("reset and stop", () => {
  it("ends both halves, repeats nothing on a live path, and forgets after the acknowledgement", () => {
    agent.receive(1, open(2, "hello"));
    agent.tunnel.reset(2, "canceled");
    expect(agent.sent()).toEqual(["1: RESET 2 canceled http"]);
    agent.receive(1, { type: "stream", id: 2, offset: 5, end: true, bytes: ascii("!") });
    expect(agent.tunnel.read(2)).toBeUndefined();
    expect(agent.tunnel.streamCount, "kept until the peer knows").toBe(1);
    agent.receive(1, { type: "reset-ack", id: 2 });
    expect(agent.tunnel.streamCount).toBe(0);
  });

  it("tells the code of the peer's reset, and answers each repetition", () => {
    agent.receive(1, open(2, "hello"));
    agent.receive(1, { type: "reset", id: 2, kind: "http", code: 0x12 });
    agent.receive(1, { type: "reset", id: 2, kind: "http", code: 0x12 });
    expect(agent.events()).toEqual(["stream-opened 2", "stream-readable 2", "stream-failed 2 target-aborted"]);
    expect(agent.sent(), "a higher STREAMS rides along").toEqual(["1: STREAMS ≤101", "1: RESET-ACK 2"]);
  });

  it("opens nothing after a reset that came first", () => {
    agent.receive(1, { type: "reset", id: 2, kind: "http", code: 0x13 });
    agent.receive(1, open(2, "late"));
    expect(agent.events()).toEqual([]);
    expect(agent.tunnel.streamCount).toBe(0);
  });

  it("lets both sides reset at once", () => {
    agent.receive(1, open(2, "hello"));
    agent.tunnel.reset(2, "canceled");
    agent.receive(1, { type: "reset", id: 2, kind: "http", code: 0x12 });
    expect(agent.sent()).toEqual(["1: RESET 2 canceled http", "1: RESET-ACK 2"]);
    agent.receive(1, { type: "reset-ack", id: 2 });
    expect(agent.tunnel.streamCount).toBe(0);
  });

  it("drops what the peer does not want any more and keeps reading", () => {
    agent.receive(1, open(2, "hello"));
    agent.tunnel.write(2, new Uint8Array(300_000));
    agent.sent();
    agent.receive(1, { type: "stop", id: 2, code: 0x13 });
    expect(agent.events()).toContain("stream-stopped 2 canceled");
    expect(agent.sent()).toEqual(["1: STOP-ACK 2"]);
    expect(agent.tunnel.write(2, ascii("more"))).toBeUndefined();
    expect(agent.tunnel.read(2)).toEqual(ascii("hello"));
  });

  it("asks the peer to stop, and only once the peer knows the stream", () => {
    const id = agent.tunnel.openStream("http", 0);
    agent.tunnel.stop(id, "canceled");
    expect(agent.sent()).toEqual(["1: STREAM 1 @0 +0 http"]);
    agent.receive(1, { type: "ack", id, offset: 0, ranges: [] });
    expect(agent.sent()).toEqual(["1: STOP 1 canceled"]);
  });
});
