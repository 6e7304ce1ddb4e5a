/** What bulk may join while somebody types, over several paths. */
import { beforeEach, describe, expect, it } from "vitest";
import type { PathEntry } from "./path-entry.ts";
import { PathTable } from "./path-table.ts";
import { Typing } from "./typing.ts";

const KiB = 1_024;
const roundTripMs = 50;

class AlwaysTyping extends Typing {
  override isOn(): boolean {
    return true;
  }
}

let table: PathTable;
let oldest: PathEntry;
let middle: PathEntry;
let youngest: PathEntry;

/** Asks a path at a time and has it answer after so long. */
function answer(path: PathEntry, askedMs: number, tookMs: number): void {
  path.pong(path.ping(askedMs), askedMs + tookMs);
  table.answered(path);
}

beforeEach(() => {
  table = new PathTable(new AlwaysTyping());
  const add = (pathId: number): PathEntry => {
    const path = table.add({ pathId, kind: "direct", carriesApp: true, maxPlaintextBytes: 16_000 }, 0);
    answer(path, 0, roundTripMs);
    return path;
  };
  [oldest, middle, youngest] = [add(1), add(2), add(3)];
  // Each is below its own cap; together they hold 110 KiB.
  oldest.flights.inFlightBytes = 10 * KiB;
  middle.flights.inFlightBytes = 100 * KiB;
  expect(table.hasBulkRoom(oldest, 0)).toBe(true);
});

describe("bulk over several paths beside keys", () => {
  it("has the path of sparse flows asked what they wait, and no other", () => {
    table.landed(0);
    expect([oldest, middle, youngest].map(({ keepalive }) => keepalive.isPingDue)).toEqual([false, false, true]);
  });

  it("asks the next youngest where that one is doubted", () => {
    youngest.noteSuspect(0);
    table.landed(0);
    expect(middle.keepalive.isPingDue).toBe(true);
  });

  it("is bounded by what is on its way on all of them, once that makes sparse flows wait", () => {
    answer(youngest, 100, roundTripMs + 100);
    expect(table.hasBulkRoom(oldest, 250)).toBe(false);
    middle.flights.inFlightBytes = 60 * KiB;
    expect(table.hasBulkRoom(oldest, 250)).toBe(true);
  });

  it("does not learn from a path that is full of bulk itself", () => {
    answer(middle, 100, roundTripMs + 100);
    expect(table.hasBulkRoom(oldest, 250)).toBe(true);
  });

  it("does not wait for what a doubted path holds", () => {
    answer(youngest, 100, roundTripMs + 100);
    middle.noteSuspect(200);
    expect(table.hasBulkRoom(oldest, 250)).toBe(true);
  });
});
