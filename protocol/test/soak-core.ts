/**
 * `npm run soak:core -- --runs 100000 --seed 1`: seeded runs of the tunnel core, one after the other from a seed on.
 * It stops at the first run that breaks an invariant and says how to run that one again.
 */
import { parseArgs } from "node:util";
import { invariants, runTunnel } from "../src/testing/tunnel-run.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: { runs: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const [runs, firstSeed] = [wholeOption("runs"), wholeOption("seed")];
for (const [name, text] of Object.entries(invariants)) console.log(`${name} ${text}`);

const startedMs = performance.now();
let done = 0;
while (done < runs && soak(firstSeed + done)) {
  done += 1;
  if (done % 5_000 === 0) console.log(`${done} runs, ${Math.round((performance.now() - startedMs) / 1000)} s`);
}
console.log(`${done} runs held, ${done < runs ? 1 : 0} broke, seeds from ${firstSeed} on`);
process.exitCode = done < runs ? 1 : 0;

function soak(seed: number): boolean {
  try {
    runTunnel(seed);
    return true;
  } catch (thrown) {
    console.error(`seed ${seed}:`, thrown);
    console.error(`Run it again: npm run soak:core -- --runs 1 --seed ${seed}`);
    return false;
  }
}

function wholeOption(name: "runs" | "seed"): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`--${name} is a whole number from 1 on, not ${values[name]}`);
  process.exit(2);
}
