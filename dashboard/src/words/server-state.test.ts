import type { ServerView } from "@culvert/protocol/signaling";
import { describe, expect, it } from "vitest";
import {
  countWords,
  machineWords,
  platformWords,
  seenWords,
  serverStateWords,
  serviceHealthWords,
} from "./server-state.ts";
import { serverView } from "./server-view.fixture.ts";

const reader = { nowMs: Date.UTC(2026, 10, 21, 14, 20), timeZone: "UTC" };

it.each([
  ["ready", "ready", "ready"],
  ["degraded", "degraded", "degraded"],
  ["unavailable", "lost", "unavailable"],
  ["disconnected", "offline", "offline"],
] as const)("says %s with tone %s as %s", (state, tone, word) => {
  expect(serverStateWords(state)).toEqual({ tone, word });
});

describe("serviceHealthWords", () => {
  it("says what is wrong with a target that is down", () => {
    expect(serviceHealthWords({ health: "unreachable" }, { state: "degraded" })).toEqual({
      tone: "lost",
      word: "not answering on its port",
    });
  });

  it("claims nothing of the services of a server that is offline", () => {
    expect(serviceHealthWords({ health: "healthy" }, { state: "disconnected" }).tone).toBe("offline");
  });
});

it.each([
  ["darwin", "macOS"],
  ["linux-arm64", "Linux"],
  ["win32", "Windows"],
  ["haiku", "haiku"],
  ["", ""],
])("calls the platform %j %j", (platform, words) => {
  expect(platformWords(platform)).toBe(words);
});

it("leaves out what a machine has not told yet", () => {
  expect(machineWords(serverView())).toBe("macOS · 1.4.0");
  expect(machineWords(serverView({ platform: "", version: "" }))).toBe("");
});

describe("seenWords", () => {
  it.each([
    [{ state: "ready", lastConnectedAt: 1 }, "seen now"],
    [{ state: "disconnected", lastConnectedAt: Date.UTC(2026, 10, 21, 14, 2) }, "seen 18 min ago"],
    [{ state: "disconnected", lastConnectedAt: Date.UTC(2026, 10, 20, 13, 10) }, "seen yesterday 13:10"],
    [{ state: "disconnected", lastConnectedAt: null }, "never connected"],
  ] as const)("of %j says %s", (server, words) => {
    expect(seenWords(server, reader)).toBe(words);
  });
});

it("counts the states that occur, best first", () => {
  const states: ServerView["state"][] = ["disconnected", "ready", "degraded", "ready"];
  expect(countWords(states.map((state) => ({ state })))).toBe("2 ready · 1 degraded · 1 offline");
  expect(countWords([])).toBe("");
});
