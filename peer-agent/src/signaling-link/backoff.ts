/** How long to wait before the next try: exponential with full jitter, so that agents do not return all at once. Pure. */

const firstMs = 500;
const longestMs = 30_000;

/** The wait before try number `attempt` (from 1), between half and all of the step. `random`: 0 to 1. */
export function backoffMs(attempt: number, random: number): number {
  const stepMs = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(stepMs / 2 + (stepMs / 2) * random);
}
