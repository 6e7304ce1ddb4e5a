/**
 * `npm run soak:worker [-- --kills 50 --seed S]`: an app is busy in Chromium while its service worker is killed at random.
 * A line of JSON for each kill; a fault ends the run and is told with the command that repeats it.
 */
import { parseArgs } from "node:util";
import { runWorkerKills } from "./kill-run.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: { kills: { type: "string", default: "50" }, seed: { type: "string" } },
});
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed)) {
  console.error("--kills is a number from 1, --seed a whole number");
  process.exit(2);
}
const startMs = performance.now();
try {
  const { faults } = await runWorkerKills({
    kills,
    seed,
    onKilled: (kill, outcome) => {
      const seconds = Math.round((performance.now() - startMs) / 1000);
      console.log(JSON.stringify({ kill, seconds, ...outcome }));
    },
  });
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
} catch (fault) {
  console.error(fault);
  process.exitCode = 1;
}
const verdict = process.exitCode === 1 ? "broke" : "held";
console.log(`It ${verdict}: npm run soak:worker -- --kills ${kills} --seed ${seed}`);
