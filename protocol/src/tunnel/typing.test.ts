import { describe, expect, it } from "vitest";
import { Stream } from "./stream.ts";
import { Typing } from "./typing.ts";
import { WindowBudget } from "./window.ts";

interface On {
  readonly kind?: Stream["kind"];
  /** False for the side of the viewer, which opens these streams. */
  readonly isAgent?: boolean;
  readonly isAnswered?: boolean;
}

/** A stream on which the app has answered something short. */
function stream({ kind = "websocket", isAgent = true, isAnswered = true }: On = {}): Stream {
  const made = new Stream({
    ...{ id: 2, kind, isLocal: !isAgent, state: "open", openedAtMs: 0 },
    ...{ sendWindowBytes: 100_000, receiveWindowBytes: 100_000, windowBudget: new WindowBudget(1_000_000) },
  });
  if (isAnswered && isAgent) {
    made.send.write(new Uint8Array(10));
    made.send.markSent({ offset: 0, length: 10, end: false });
  }
  if (isAnswered && !isAgent) made.receive.accept(0, new Uint8Array(10), false);
  return made;
}

describe("somebody types", () => {
  it.each([
    ["a key on a WebSocket", stream(), 5, true],
    ["a key over TCP", stream({ kind: "tcp" }), 40, true],
    ["a line that was pasted", stream(), 1_024, true],
    ["what is longer", stream(), 1_025, false],
    ["a request, which every download begins with", stream({ kind: "http" }), 400, false],
    ["the head of a WebSocket, or a first request inside TCP", stream({ isAnswered: false }), 400, false],
    ["an end without bytes", stream({ kind: "tcp" }), 0, false],
    ["what the two sides tell each other", stream({ kind: "control" }), 40, false],
  ])("where the viewer sends %s", (_name, from, byteCount, isKey) => {
    const typing = new Typing();
    typing.came(from, byteCount, 1_000);
    expect(typing.isOn(1_001)).toBe(isKey);
  });

  it("as its own side sees it, and not where the agent sends", () => {
    const [viewers, agents] = [new Typing(), new Typing()];
    viewers.sent(stream({ isAgent: false }), 5, 1_000);
    expect(viewers.isOn(1_001)).toBe(true);
    agents.sent(stream(), 5, 1_000);
    agents.came(stream({ isAgent: false }), 5, 1_000);
    expect(agents.isOn(1_001)).toBe(false);
  });

  it("not where small parts acknowledge bulk of their own stream, either way, until that has paused", () => {
    const typing = new Typing();
    const connection = stream({ kind: "tcp" });
    typing.sent(connection, 16_000, 1_000);
    typing.came(connection, 36, 1_010);
    typing.came(connection, 16_000, 2_000);
    typing.came(connection, 300, 4_500);
    expect(typing.isOn(4_501)).toBe(false);
    typing.came(connection, 36, 5_000);
    expect(typing.isOn(5_001)).toBe(true);
  });

  it("until a pause that is longer than one between words; then another spell begins", () => {
    const typing = new Typing();
    typing.came(stream(), 1, 1_000);
    expect([typing.isOn(3_999), typing.isOn(4_000), typing.spell]).toEqual([true, false, 1]);
    typing.came(stream(), 1, 3_000);
    expect(typing.spell).toBe(1);
    typing.came(stream(), 1, 6_000);
    expect(typing.spell).toBe(2);
  });
});
