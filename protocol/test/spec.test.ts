/** Holds the tables of SPEC.md on messages, frames, streams, tunnel states, limits and codes to the code. */
import { describe, expect, it } from "vitest";
import { codes } from "../src/codes.ts";
import { limits } from "../src/limits.ts";
import { receiveTransitions, sendTransitions, streamTransitions } from "../src/tunnel/stream-state.ts";
import { tunnelTransitions } from "../src/tunnel/tunnel-state.ts";
import { varintSize } from "../src/wire/cursor.ts";
import { frameTypes, streamKinds } from "../src/wire/frame.ts";
import { codeWords, tableRows } from "./specification.ts";

const word = (cell: string | undefined): string => codeWords(cell ?? "")[0] ?? "";

const units: Readonly<Record<string, number>> = {
  bytes: 1,
  KiB: 1_024,
  MiB: 1_048_576,
  ms: 1,
  s: 1_000,
  min: 60_000,
};

/** A quantity such as `256 KiB` in its smallest unit. */
function quantity(cell: string | undefined): number {
  const [, digits = "", unit] = /^([\d,]+)(?: (\w+))?$/.exec(cell ?? "") ?? [];
  return Number(digits.replaceAll(",", "")) * (unit === undefined ? 1 : (units[unit] ?? Number.NaN));
}

/** Rows of a state table as `state input next`; a state without inputs as itself. */
function transitions(heading: string, firstHeader: string): string[] {
  return tableRows(heading, firstHeader).map((row) => row.map(word).join(" ").trim());
}

function rowsOf(table: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] {
  return Object.entries(table).flatMap(([state, inputs]) => {
    const rows = Object.entries(inputs).map(([input, next]) => `${state} ${input} ${next}`);
    return rows.length === 0 ? [state] : rows;
  });
}

describe("SPEC.md", () => {
  it("gives the sizes of numbers", () => {
    for (const [, size, largest] of tableRows("Messages", "first byte")) {
      const value = quantity(largest);
      expect(varintSize(value)).toBe(Number(size));
      if (value < Number.MAX_SAFE_INTEGER) expect(varintSize(value + 1)).toBeGreaterThan(Number(size));
    }
  });

  it("lists every frame with its type", () => {
    const rows = tableRows("Frames", "type").map(([type, name]) => [word(name), Number(word(type))]);
    expect(Object.fromEntries(rows)).toEqual(frameTypes);
  });

  it("lists every stream kind with its number", () => {
    const rows = tableRows("Frames", "number").map(([number, name]) => [word(name), Number(number)]);
    expect(Object.fromEntries(rows)).toEqual(streamKinds);
  });

  it("lists every state of streams and of the tunnel, with what each input makes of it", () => {
    expect(transitions("Streams", "stream")).toEqual(rowsOf(streamTransitions));
    expect(transitions("Streams", "sending")).toEqual(rowsOf(sendTransitions));
    expect(transitions("Streams", "receiving")).toEqual(rowsOf(receiveTransitions));
    expect(transitions("Tunnel states", "tunnel")).toEqual(rowsOf(tunnelTransitions));
  });

  it("lists limits with their values", () => {
    const rows = tableRows("Limits", "limit").map(([name, value]): [string, number] => [word(name), quantity(value)]);
    expect(rows.length).toBeGreaterThan(15);
    for (const [name, value] of rows) expect(limits, name).toHaveProperty(name, value);
  });

  it("lists every code with its number and meaning", () => {
    const rows = tableRows("Codes", "number").map(([number, name, meaning]) => [word(name), Number(number), meaning]);
    expect(rows).toEqual(Object.entries(codes).map(([name, { wire, meaning }]) => [name, wire, meaning]));
  });
});
