/** A clock that tests own: time moves only when told, timers run in order of their due times. */
import type { Clock } from "../endpoint/clock.ts";

/** Rounds of the microtask queue that count as "everything has settled". */
const settleRounds = 100;

/** A clock for tests. */
export interface FakeClock extends Clock {
  /** Moves time by `durationMs`: runs every timer that falls due, in order, letting promises settle after each. */
  advance(durationMs: number): Promise<void>;
  /** Lets promises settle without moving time; timers that are due now run too. */
  settle(): Promise<void>;
  /** Timers that are set. */
  pendingTimers(): number;
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A fake clock that starts at `startMs`. */
export function createFakeClock(startMs = 0): FakeClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();

  const next = (untilMs: number): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs <= untilMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  };

  const advance = async (durationMs: number): Promise<void> => {
    const untilMs = nowMs + durationMs;
    await settlePromises();
    for (let timer = next(untilMs); timer !== undefined; timer = next(untilMs)) {
      timers.delete(timer);
      nowMs = Math.max(nowMs, timer.dueMs);
      timer.callback();
      await settlePromises();
    }
    nowMs = untilMs;
  };

  return {
    nowMs: () => nowMs,
    setTimer: (delayMs, callback) => {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance,
    settle: () => advance(0),
    pendingTimers: () => timers.size,
  };
}

async function settlePromises(): Promise<void> {
  for (let round = 0; round < settleRounds; round++) await Promise.resolve();
}
