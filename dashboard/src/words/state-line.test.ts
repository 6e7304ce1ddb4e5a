import type { AppViewState } from "@culvert/browser-client";
import { expect, it } from "vitest";
import { stateLine } from "./state-line.ts";

const steps: never[] = [];
const fault = { message: "m", hint: "h", steps };

const cases: readonly (readonly [AppViewState, string | undefined, string, string])[] = [
  [{ phase: "connecting", steps }, undefined, "connecting", "Connecting…"],
  [{ phase: "open", pathKind: "direct", rttMs: 12.4, steps }, undefined, "ready", "Direct · 12 ms"],
  [{ phase: "open", pathKind: "direct", rttMs: undefined, steps }, undefined, "ready", "Direct"],
  [{ phase: "open", pathKind: "turn", rttMs: 48, steps }, undefined, "ready", "TURN · 48 ms"],
  [{ phase: "open", pathKind: "relay", rttMs: 61, steps }, undefined, "ready", "Relay · 61 ms (trying direct)"],
  [{ phase: "lost", code: "path-failed", attempt: 2, ...fault }, undefined, "connecting", "Reconnecting 2/5 …"],
  [{ phase: "lost", code: "network", attempt: 7, ...fault }, undefined, "connecting", "Reconnecting 7 …"],
  [{ phase: "lost", code: "offline", attempt: 1, ...fault }, "14:02", "offline", "Offline since 14:02"],
  [{ phase: "lost", code: "offline", attempt: 1, ...fault }, undefined, "offline", "Offline"],
  [{ phase: "failed", code: "no-direct-path", ...fault }, undefined, "lost", "Not connected"],
  [{ phase: "failed", code: "offline", ...fault }, "yesterday 22:10", "offline", "Offline since yesterday 22:10"],
  [{ phase: "closed" }, undefined, "offline", "Closed"],
];

it.each(cases)("%j, offline since %s: %s, %s", (state, offlineSince, tone, text) => {
  expect(stateLine(state, offlineSince)).toEqual({ tone, text });
});

it("believes a tunnel that is open over a list that says offline", () => {
  expect(stateLine({ phase: "open", pathKind: "direct", rttMs: 9, steps }, "14:02").text).toBe("Direct · 9 ms");
});
