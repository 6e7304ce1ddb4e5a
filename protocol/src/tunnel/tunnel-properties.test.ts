import { describe, expect, test } from "vitest";
import { createSeededRandom } from "../testing/random.ts";
import { SeededNetwork } from "../testing/seeded-network.ts";
import { StreamProgram } from "../testing/stream-program.ts";

/** Hundreds of runs share two busy cores with other suites. */
const runsTimeoutMs = 60_000;

const forever = Number.POSITIVE_INFINITY;

interface Chaos {
  readonly seed: number;
  readonly acts: number;
  readonly cuts: number;
}

/** Runs a random program while paths come and go, then lets everything finish on one good path. */
function runProgram({ seed, acts, cuts }: Chaos): void {
  const random = createSeededRandom(seed);
  const windowBytes = random.pick([2_000, 20_000, 262_144]);
  const streams = random.pick([3, 100]);
  const peerLimits = { streams, windowBytes };
  const network = new SeededNetwork(random, {
    localLimits: peerLimits,
    remoteLimits: peerLimits,
    graceMs: forever,
    directWaitMs: forever,
  });
  const program = new StreamProgram(network, random, Math.min(windowBytes, 12_000));
  let pathId = 0;
  const addPath = (): void => {
    pathId += 1;
    const kind = random.pick(["direct", "direct", "turn", "relay"] as const);
    network.addPath({
      pathId,
      kind,
      carriesApp: kind !== "relay" || random.chance(0.5),
      delayMs: random.whole(0, 80),
      jitterMs: random.whole(0, 40),
      queueBytes: random.pick([1_000, 20_000, 131_072]),
      maxPlaintextBytes: random.pick([100, 1_200, 16_368]),
    });
  };
  addPath();
  let cutsLeft = cuts;
  for (let act = 0; act < acts; act++) {
    if (random.chance(0.6)) program.act();
    else network.step();
    if (cutsLeft > 0 && random.chance(0.03)) {
      cutsLeft -= 1;
      const live = network.livePaths();
      if (live.length > 0 && random.chance(0.3)) network.blackHole(random.pick(live));
      else if (live.length > 0) network.cutPath(random.pick(live), random.whole(0, 300));
      if (random.chance(0.8)) addPath();
    }
    if (random.chance(0.01)) addPath();
  }
  pathId += 1;
  network.addPath({ pathId, kind: "direct", queueBytes: 131_072 });
  for (let round = 0; round < 3_000 && !program.isFinished(); round++) {
    program.finish();
    network.run(50);
  }
  if (!program.isFinished()) throw new Error("streams are stuck");
  program.checkFinal();
}

describe("a tunnel under random programs", () => {
  const seeds = Array.from({ length: 160 }, (_, index) => index + 1);

  test(
    "delivers exactly what was written while no path dies",
    () => {
      for (const seed of seeds) {
        expect(() => runProgram({ seed, acts: 300, cuts: 0 }), `seed ${seed}`).not.toThrow();
      }
    },
    runsTimeoutMs,
  );

  test(
    "delivers exactly what was written while paths die and are replaced",
    () => {
      for (const seed of seeds) {
        expect(() => runProgram({ seed: 10_000 + seed, acts: 300, cuts: 8 }), `seed ${seed}`).not.toThrow();
      }
    },
    runsTimeoutMs,
  );
});
