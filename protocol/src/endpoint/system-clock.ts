/** A clock over a platform's own functions, typed by shape so that no platform library is needed. */
import type { Clock } from "./clock.ts";

/** What a platform has: pass `{ now: () => performance.now(), setTimeout, clearTimeout }`, each bound to its global. */
export interface PlatformTime<Timer> {
  /** Monotonic milliseconds. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** The longest delay that setTimeout takes; a longer one would fire at once. */
const longestDelayMs = 2 ** 31 - 1;

/** A clock on the platform's monotonic time. Timers may come late (background tabs), never early. */
export function createSystemClock<Timer>(platform: PlatformTime<Timer>): Clock {
  return {
    nowMs: () => platform.now(),
    setTimer: (delayMs, callback) => {
      const timer = platform.setTimeout(callback, Math.min(Math.max(0, Math.ceil(delayMs)), longestDelayMs));
      return () => platform.clearTimeout(timer);
    },
  };
}
