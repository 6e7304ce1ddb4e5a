import { describe, expect, it } from "vitest";
import { advance, isFinal, receiveTransitions, sendTransitions, streamTransitions } from "./stream-state.ts";

/** States that can be reached from one. */
function reachable(table: Readonly<Record<string, Readonly<Record<string, string>>>>, start: string): Set<string> {
  const seen = new Set([start]);
  for (const state of seen) for (const next of Object.values(table[state] ?? {})) seen.add(next);
  return seen;
}

describe("stream states", () => {
  it.each([
    ["stream", streamTransitions, "held"],
    ["sending", sendTransitions, "writing"],
    ["receiving", receiveTransitions, "receiving"],
  ] as const)("%s: every state can be reached, and an end from every state", (_name, table, start) => {
    const states = Object.keys(table);
    expect([...reachable(table, start)].sort()).toEqual(states.sort());
    const ends = states.filter((state) => Object.keys(table[state as keyof typeof table]).length === 0);
    for (const state of states) expect(ends.some((end) => reachable(table, state).has(end))).toBe(true);
  });

  it("stays where it is for an input that a state does not list", () => {
    expect(advance(sendTransitions, "acknowledged", "abort")).toBe("acknowledged");
    expect(isFinal(sendTransitions, "acknowledged")).toBe(true);
    expect(isFinal(sendTransitions, "ending")).toBe(false);
  });
});
