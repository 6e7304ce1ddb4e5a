/** `npm run soak:headers [-- --count 1000000 --seed 1 --from 0]`: random heads through an agent's service to a real target. */
import { parseArgs } from "node:util";
import { runHeaderFuzz } from "../../peer-agent/src/testing/attacks/header-fuzz.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
  },
});
const startedMs = performance.now();
const { reached, refused, faults } = await runHeaderFuzz({
  seed: Number(values.seed),
  count: Number(values.count),
  from: Number(values.from),
  onProgress: (done) => process.stdout.write(`\r${done} heads`),
  onFault: (words) => console.error(`\n${words}`),
});
const seconds = Math.round((performance.now() - startedMs) / 1_000);
console.log(
  `\r${reached} heads reached the target as the rules say, ${refused} were refused, ${faults.length} faults, ${seconds} s`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
