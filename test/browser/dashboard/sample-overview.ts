/** Overviews of accounts: a busy one, and one in which nothing has happened yet. */
import type { Overview, OverviewRange } from "@culvert/protocol/signaling";
import { nowMs } from "./sample-servers.ts";

const hourMs = 3_600_000;
const spans = { day: { stepMs: hourMs, count: 24 }, month: { stepMs: 24 * hourMs, count: 30 } } as const;

/** Steps of a range, with what is told of each. */
function stepsOf(range: OverviewRange, of: (index: number) => Omit<Overview["steps"][number], "at">) {
  const { stepMs, count } = spans[range];
  const from = (Math.floor(nowMs / stepMs) - count + 1) * stepMs;
  return {
    from,
    stepMs,
    steps: Array.from({ length: count }, (_, index) => ({ at: from + index * stepMs, ...of(index) })),
  };
}

/** An account that is used. */
export function busyOverview(range: OverviewRange): Overview {
  const perStep = range === "day" ? [0, 0, 1, 0, 2, 5, 9, 12, 7, 4, 8, 14] : [31, 44, 52, 38, 47, 12, 9];
  const steps = stepsOf(range, (index) => {
    const sessions = perStep[index % perStep.length] ?? 0;
    return { sessions, relayedBytes: sessions * 1_850_000 * (1 + (index % 3)) };
  });
  const all = steps.steps.reduce((sum, { sessions }) => sum + sessions, 0);
  const [turn, relay, unknown] = [Math.round(all * 0.09), Math.round(all * 0.11), Math.round(all * 0.02)];
  return {
    range,
    ...steps,
    servers: { ready: 4, degraded: 1, unavailable: 2, disconnected: 2 },
    openNow: { direct: 5, turn: 1, relay: 1, unknown: 0 },
    ways: { direct: all - turn - relay - unknown, turn, relay, unknown },
    relayDay: { usedBytes: 510_600_000, limitBytes: 214_748_364_800 },
    failures: [
      { code: "offline", count: 9 },
      { code: "target-unreachable", count: 6 },
      { code: "policy", count: 2 },
      { code: "approval-needed", count: 1 },
    ],
  };
}

/** An account that is new. */
export function quietOverview(range: OverviewRange): Overview {
  const none = { direct: 0, turn: 0, relay: 0, unknown: 0 };
  return {
    range,
    ...stepsOf(range, () => ({ sessions: 0, relayedBytes: 0 })),
    servers: { ready: 1, degraded: 0, unavailable: 0, disconnected: 0 },
    openNow: none,
    ways: none,
    relayDay: { usedBytes: 0, limitBytes: 214_748_364_800 },
    failures: [],
  };
}
