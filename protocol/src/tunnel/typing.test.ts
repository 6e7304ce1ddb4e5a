import { describe, expect, it } from "vitest";
import type { Stream } from "./stream.ts";
import { Typing } from "./typing.ts";

function stream(kind: Stream["kind"], flow: Stream["flow"] = "none"): Stream {
  return { kind, flow } as Stream;
}

describe("somebody types", () => {
  it.each([
    ["a key on a WebSocket", stream("websocket"), 5, true],
    ["a key over TCP", stream("tcp", "thin"), 40, true],
    ["a line that was pasted", stream("websocket"), 1_024, true],
    ["a request, which every download begins with", stream("http"), 400, false],
    ["a part of an upload", stream("websocket"), 16_000, false],
    ["what acknowledges bulk inside a TCP connection", stream("tcp", "bulk"), 36, false],
    ["an end without bytes", stream("tcp"), 0, false],
    ["what the two sides tell each other", stream("control"), 40, false],
  ])("%s", (_name, from, byteCount, isKey) => {
    const typing = new Typing();
    typing.note(from, byteCount, 1_000);
    expect(typing.isOn(1_001)).toBe(isKey);
  });

  it("until a pause that is longer than one between words", () => {
    const typing = new Typing();
    typing.note(stream("websocket"), 1, 1_000);
    expect([typing.isOn(3_999), typing.isOn(4_000)]).toEqual([true, false]);
  });
});
