import { expect, test } from "vitest";
import { runTunnel } from "../testing/tunnel-run.ts";

/** Runs share two busy cores with other suites. */
const runsTimeoutMs = 120_000;

test.each([1, 501, 1_001, 1_501])(
  "tunnels keep I1 to I8 in 500 random runs from seed %i on",
  (first) => {
    for (let seed = first; seed < first + 500; seed++) {
      expect(() => runTunnel(seed), `replay: npm run soak:core -- --runs 1 --seed ${seed}`).not.toThrow();
    }
  },
  runsTimeoutMs,
);

/** Runs with what is rare: answers and bulk on a path as slow as a byte in 10 ms, PINGs without end, windows beyond the sum. */
test.each([65, 544, 640, 3_568, 15_161, 16_849, 85_632, 208_440])("the run of seed %i holds", (seed) => {
  expect(() => runTunnel(seed)).not.toThrow();
});
