import { describe, expect, it } from "vitest";
import { IdLedger, idOf, indexOf, openerOf } from "./stream-ids.ts";

describe("stream ids", () => {
  it("are even for the viewer and odd for the agent, one after the other", () => {
    expect([1, 2, 3].map((index) => idOf("viewer", index))).toEqual([2, 4, 6]);
    expect([1, 2, 3].map((index) => idOf("agent", index))).toEqual([1, 3, 5]);
    for (const id of [1, 2, 3, 4, 5, 6]) expect(idOf(openerOf(id), indexOf(id))).toBe(id);
    expect([openerOf(0), indexOf(0)], "control is the viewer's, before its first").toEqual(["viewer", 0]);
  });

  it("remember what is over, in any order and once", () => {
    const ledger = new IdLedger(10);
    for (const index of [3, 1, 3, 2]) ledger.finish(index);
    expect(ledger.finishedCount).toBe(3);
    expect([1, 2, 3, 4].map((index) => ledger.isFinished(index))).toEqual([true, true, true, false]);
  });

  it("have a limit that only rises", () => {
    const ledger = new IdLedger(10);
    expect(ledger.raise(5)).toBe(false);
    expect(ledger.raise(12)).toBe(true);
    expect(ledger.limit).toBe(12);
  });
});
