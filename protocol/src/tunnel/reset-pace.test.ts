import { expect, test } from "vitest";
import { codes } from "../codes.ts";
import { ascii, TunnelDialogue } from "../testing/tunnel-dialogue.ts";
import type { Frame } from "../wire/frame.ts";
import { ResetPace } from "./reset-pace.ts";

test("the first five hundred are free, then three hundred a second come back", () => {
  const pace = new ResetPace();
  pace.tick(0);
  for (let count = 0; count < 500; count += 1) pace.spend();
  expect([pace.held, pace.deadlineMs]).toEqual([0, Number.POSITIVE_INFINITY]);
  for (let count = 0; count < 700; count += 1) pace.spend();
  expect([pace.held, pace.deadlineMs]).toEqual([700, 20]);
  expect(pace.tick(10)).toBe(false);
  expect(pace.tick(20)).toBe(true);
  expect(pace.held).toBe(694);
  for (let nowMs = 40; nowMs <= 1_000; nowMs += 20) pace.tick(nowMs);
  expect(pace.held).toBe(400);
  pace.tick(10_000);
  expect([pace.held, pace.deadlineMs]).toEqual([0, Number.POSITIVE_INFINITY]);
  for (let count = 0; count < 501; count += 1) pace.spend();
  expect(pace.held).toBe(1);
});

const openAndReset = (id: number): Frame[] => [
  { type: "stream", id, offset: 0, kind: "http", end: true, bytes: ascii("x") },
  { type: "reset", id, kind: "http", code: codes.canceled.wire },
];

/** The newest STREAMS limit that went out. */
function told(agent: TunnelDialogue): number | undefined {
  const limits = agent.sent().flatMap((line) => /STREAMS ≤(\d+)/.exec(line)?.[1] ?? []);
  return limits.length === 0 ? undefined : Number(limits.at(-1));
}

test("a peer that opens and resets without end is let go on at a pace, and one that ends streams well at once", () => {
  const agent = new TunnelDialogue({ role: "agent" });
  agent.addPath(1);
  agent.sent();
  let limit = 100;
  let opened = 0;
  const flood = () => {
    while (opened < limit) {
      opened += 1;
      agent.receive(1, ...openAndReset(2 * opened));
    }
    limit = told(agent) ?? limit;
  };
  for (let round = 0; round < 10; round += 1) flood();
  expect([opened, limit], "the burst, and the hundred that may be open").toEqual([600, 600]);
  for (let passedMs = 0; passedMs < 10_000; passedMs += 20) {
    agent.advance(20);
    flood();
  }
  expect(opened).toBeGreaterThanOrEqual(3_500);
  expect(opened).toBeLessThanOrEqual(3_700);
  for (let passedMs = 0; passedMs < 2_000; passedMs += 20) {
    agent.advance(20);
    limit = told(agent) ?? limit;
  }
  expect(limit - opened, "all of them come back in the end, the last few with what goes anyway").toBeGreaterThan(75);
  for (let count = 0; count < 2_000; count += 1) {
    opened += 1;
    const id = 2 * opened;
    agent.receive(1, { type: "stream", id, offset: 0, kind: "http", end: true, bytes: ascii("") });
    agent.tunnel.read(id);
    agent.tunnel.end(id);
    limit = told(agent) ?? limit;
    agent.receive(1, { type: "ack", id, offset: 1, ranges: [] });
    limit = told(agent) ?? limit;
  }
  expect(limit - opened).toBeGreaterThan(70);
});
