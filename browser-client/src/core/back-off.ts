/** How long to wait between attempts: doubling from 0.5 s to 10 s, with jitter so that many viewers do not come at once. */
const firstMs = 500;
const longestMs = 10_000;

/** Wait before attempt `attempt` + 1, after `attempt` (from 1) failed. `random`: 0 to 1. */
export function backOffMs(attempt: number, random: number): number {
  const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 10));
  return fullMs * (0.75 + 0.25 * random);
}
