import { expect, it } from "vitest";
import { viewersWords } from "./open-viewers.ts";

const direct = { way: "direct", rttMs: 12 } as const;
const relay = { way: "relay", rttMs: null } as const;
const none = { way: null, rttMs: null } as const;

it.each([
  [[], ""],
  [[direct], "direct 12 ms, 1 viewer"],
  [[relay], "relay, 1 viewer"],
  [[none], "1 viewer, reconnecting"],
  [[direct, relay, direct], "3 viewers: 2 direct, 1 relay"],
  [[direct, none], "2 viewers: 1 direct, 1 reconnecting"],
  [[{ way: "turn", rttMs: 0 } as const], "TURN <1 ms, 1 viewer"],
] as const)("says %j as %j", (viewers, words) => {
  expect(viewersWords(viewers)).toBe(words);
});
