/** Which of a tunnel's paths carries its app's bytes. Pure. */
import type { PathStatus } from "@culvert/protocol/endpoint";
import { wayKinds } from "@culvert/protocol/signaling";

/** The way that app bytes take: a direct path before the relay, the quicker one among equals; undefined where none is up. */
export function usedPath(paths: readonly PathStatus[]): PathStatus | undefined {
  const up = paths.filter(({ state }) => state === "active" || state === "suspect");
  const [best] = up.toSorted(
    (one, other) =>
      wayKinds.indexOf(one.kind) - wayKinds.indexOf(other.kind) ||
      (one.rttMs ?? Number.POSITIVE_INFINITY) - (other.rttMs ?? Number.POSITIVE_INFINITY),
  );
  return best;
}
