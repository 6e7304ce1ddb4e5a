/**
 * `npm run fuzz -- --minutes 10 --seed S [--only name]`: bytes of hostile peers into every decoder, handshake and tunnel.
 * `npm run fuzz -- --only name --input HEX` tries one input again.
 */
import { parseArgs } from "node:util";
import { type FuzzReport, fuzzTargets, runFuzz, tryInput } from "./fuzz-run.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== "--"),
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    input: { type: "string" },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const targets = fuzzTargets.filter(({ name }) => name.includes(values.only));
if (!(minutes > 0) || !Number.isSafeInteger(seed)) usage("--minutes is a number above 0, --seed a whole number");
if (targets.length === 0) usage(`--only takes a part of: ${fuzzTargets.map(({ name }) => name).join(", ")}`);

if (values.input === undefined) await fuzz();
else await replay(values.input);

async function fuzz(): Promise<void> {
  const startedMs = performance.now();
  const report = await runFuzz({
    ...{ targets, seed, durationMs: minutes * 60_000 },
    onProgress: ({ inputs, mostBytes, baseBytes }) =>
      console.log(
        `${Math.round((performance.now() - startedMs) / 1000)} s: ${inputs} inputs, ${grown(mostBytes, baseBytes)}`,
      ),
  });
  for (const [name, { inputs, refused }] of report.byTarget) {
    console.log(`${name.padEnd(18)} ${String(inputs).padStart(9)} inputs, ${refused} refused`);
  }
  console.log(`${report.inputs} inputs, seed ${seed}, ${grown(report.mostBytes, report.baseBytes)}`);
  if (report.failure !== undefined) tellFailure(report.failure);
}

function grown(mostBytes: number, baseBytes: number): string {
  const mib = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  return mostBytes === 0 ? "memory not measured yet" : `memory ${mib(baseBytes)} MiB, at most ${mib(mostBytes)} MiB`;
}

function tellFailure({ target, input, error }: NonNullable<FuzzReport["failure"]>): void {
  const hex = Buffer.from(input).toString("hex");
  console.error(`${target} failed:`, error);
  console.error(`Try it again: npm run fuzz -- --only ${target} --input ${hex === "" ? "''" : hex}`);
  process.exitCode = 1;
}

async function replay(hex: string): Promise<void> {
  const input = new Uint8Array(Buffer.from(hex, "hex"));
  for (const target of targets) {
    const result = await tryInput(target, input, (error) => tellFailure({ target: target.name, input, error }));
    console.log(`${target.name}: ${result}`);
  }
}

function usage(message: string): never {
  console.error(message);
  process.exit(2);
}
