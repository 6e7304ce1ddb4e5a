/** What a peer that breaks the rules ends: a stream, a path or the tunnel; never more, and never by another error. */
import { beforeEach, describe, expect, it } from "vitest";
import { ascii, TunnelDialogue } from "../testing/tunnel-dialogue.ts";
import type { Frame } from "../wire/frame.ts";

let agent: TunnelDialogue;

beforeEach(() => {
  agent = new TunnelDialogue({ role: "agent", localLimits: { streams: 2, windowBytes: 10 } });
  agent.addPath(1);
  agent.addPath(2);
  agent.sent();
  agent.receive(1, { type: "stream", id: 2, offset: 0, kind: "http", end: false, bytes: ascii("hello") });
  agent.sent();
  agent.events();
});

const stream = (id: number, offset: number, bytes: string, end = false): Frame => ({
  type: "stream",
  id,
  offset,
  kind: "http",
  end,
  bytes: ascii(bytes),
});

describe("a stream is reset with protocol-error where the peer", () => {
  it.each<readonly [string, readonly Frame[]]>([
    ["sends beyond its window", [stream(2, 5, "123456")]],
    ["sends after END", [stream(2, 5, "", true), stream(2, 5, "x")]],
    ["moves END forward", [stream(2, 5, "x", true), stream(2, 5, "", true)]],
    ["puts END before bytes that came", [stream(2, 3, "", true)]],
    ["names another kind", [{ type: "stream", id: 2, offset: 5, kind: "tcp", end: false, bytes: ascii("") }]],
    ["acknowledges what was never sent", [{ type: "ack", id: 2, offset: 1, ranges: [] }]],
    ["acknowledges a range that was never sent", [{ type: "ack", id: 2, offset: 0, ranges: [{ from: 4, to: 5 }] }]],
  ])("%s", (_what, frames) => {
    agent.receive(1, ...frames);
    expect(agent.events()).toContain("stream-failed 2 protocol-error");
    expect(agent.sent()).toContain("1: RESET 2 protocol-error http");
    expect(agent.tunnel.phase, "the tunnel lives on").toBe("attached");
  });
});

describe("the tunnel closes with protocol-error where the peer", () => {
  it.each<readonly [string, Frame]>([
    ["opens a stream beyond STREAMS", stream(6, 0, "")],
    ["resets a stream beyond STREAMS", { type: "reset", id: 6, kind: "http", code: 1 }],
    ["opens a stream without a kind", { type: "stream", id: 4, offset: 0, end: false, bytes: ascii("") }],
    [
      "opens a second control stream",
      { type: "stream", id: 4, offset: 0, kind: "control", end: false, bytes: ascii("") },
    ],
    ["names a stream of ours that we never opened", { type: "ack", id: 1, offset: 0, ranges: [] }],
    ["gives credit for a stream that it never opened", { type: "window", id: 4, limit: 100 }],
    ["ends the control stream", { type: "stream", id: 0, offset: 0, end: true, bytes: ascii("") }],
    ["resets the control stream", { type: "reset", id: 0, kind: "control", code: 1 }],
    ["stops the control stream", { type: "stop", id: 0, code: 1 }],
    ["renames the control stream", { type: "stream", id: 0, offset: 0, kind: "tcp", end: false, bytes: ascii("") }],
    ["acknowledges control bytes that were never sent", { type: "ack", id: 0, offset: 9, ranges: [] }],
  ])("%s", (_what, frame) => {
    agent.receive(1, frame);
    expect(agent.events().at(-1)).toBe("closed protocol-error");
    expect(agent.sent().sort(), "every path is told").toEqual(["1: CLOSE protocol-error", "2: CLOSE protocol-error"]);
    expect(agent.tunnel.streamCount).toBe(0);
  });
});

describe("a path closes, and only it, where the peer", () => {
  it.each<readonly [string, readonly number[]]>([
    ["sends no frame", []],
    ["sends an unknown frame below 0x40", [0x3f]],
    ["sends half a frame", [0x03, 0x02]],
  ])("%s", (_what, bytes) => {
    agent.tunnel.receive(1, Uint8Array.from(bytes), 0);
    expect(agent.events()).toEqual(["path-down 1 protocol-error local"]);
    expect(agent.sent()).toContain("2: PATH-ABANDONED 1 protocol-error");
  });

  it("sends app bytes on a relay that may not carry them", () => {
    agent.addPath(3, { kind: "relay", carriesApp: false });
    agent.receive(3, stream(2, 5, "x"));
    expect(agent.events()).toEqual(["path-up 3", "path-down 3 protocol-error local"]);
  });
});

describe("a peer that goes on after the end", () => {
  it("is not heard on a path that is gone, nor by a tunnel that is closed", () => {
    agent.tunnel.removePath(1, "network", "gone", 0);
    agent.events();
    agent.receive(1, stream(2, 5, "x"));
    expect(agent.events()).toEqual([]);
    agent.tunnel.close("closed", "done");
    agent.events();
    agent.receive(2, stream(2, 5, "x"), { type: "close", code: 1, reason: "" });
    expect(agent.events()).toEqual([]);
  });

  it("closes with the peer's code and reason, without an answer", () => {
    agent.receive(1, { type: "close", code: 0x1b, reason: "taken back" });
    expect(agent.events()).toEqual(["closed revoked"]);
    expect(agent.sent()).toEqual([]);
  });
});

describe("draining", () => {
  it("opens nothing new and closes when the last stream is over", () => {
    agent.tunnel.drain();
    expect(agent.sent()[0]).toBe("1: DRAIN");
    expect(() => agent.tunnel.openStream("tcp", 0)).toThrow(expect.objectContaining({ code: "closed" }));
    agent.receive(1, { type: "reset", id: 2, kind: "http", code: 0x13 });
    expect(agent.events().at(-1)).toBe("closed closed");
  });

  it("opens nothing on a tunnel that the peer drains", () => {
    agent.receive(1, { type: "drain" });
    expect(() => agent.tunnel.openStream("tcp", 0)).toThrow(expect.objectContaining({ code: "closed" }));
  });
});
