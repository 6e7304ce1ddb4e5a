/**
 * Runs targets in turn with inputs that a seed decides, until the time is over or one fails.
 * Invariant: nothing but a TunnelError comes out of a target, and memory after a collection stays near where it began.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { TunnelError } from "@culvert/protocol";
import { createSeededRandom } from "../../protocol/src/testing/random.ts";
import type { FuzzTarget } from "./fuzz-target.ts";
import { handshakeTargets } from "./handshake-targets.ts";
import { tunnelTargets } from "./tunnel-targets.ts";
import { wireTargets } from "./wire-targets.ts";

/** Everything that takes a peer's bytes. */
export const fuzzTargets: readonly FuzzTarget[] = [...wireTargets, ...handshakeTargets, ...tunnelTargets];

/** Memory may grow so much over what it was after the first rounds. */
const growthBytes = 48 * 1024 * 1024;
/** Inputs of each target in a round: about equal time for quick and slow ones. */
const roundMs = 60;

export interface FuzzOptions {
  readonly targets: readonly FuzzTarget[];
  readonly seed: number;
  readonly durationMs: number;
  /** Called about every half minute. */
  onProgress?(report: FuzzReport): void;
}

/** An input that did what no input may do. */
export interface FuzzFailure {
  readonly target: string;
  readonly input: Uint8Array;
  readonly error: unknown;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs by target, and how many of them ended in a TunnelError. */
  readonly byTarget: ReadonlyMap<string, { readonly inputs: number; readonly refused: number }>;
  readonly baseBytes: number;
  readonly mostBytes: number;
  readonly failure: FuzzFailure | undefined;
}

/** Runs; resolves with what it did. Memory that grows is a failure of the target that ran last. */
export async function runFuzz({ targets, seed, durationMs, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const random = createSeededRandom(seed);
  const counts = new Map(targets.map(({ name }) => [name, { inputs: 0, refused: 0 }]));
  const memory = { base: 0, most: 0 };
  let last: { target: FuzzTarget; input: Uint8Array } | undefined;
  let failure: FuzzFailure | undefined;
  const fail = (error: unknown): void => {
    failure ??= { target: last?.target.name ?? "none", input: last?.input ?? new Uint8Array(0), error };
  };
  const report = (): FuzzReport => ({
    inputs: [...counts.values()].reduce((sum, { inputs }) => sum + inputs, 0),
    ...{ byTarget: counts, baseBytes: memory.base, mostBytes: memory.most, failure },
  });
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);
  const startedMs = performance.now();
  let toldMs = startedMs;
  try {
    for (let round = 0; failure === undefined && performance.now() - startedMs < durationMs; round += 1) {
      for (const target of targets) {
        const count = counts.get(target.name);
        const untilMs = performance.now() + roundMs;
        while (count !== undefined && failure === undefined && performance.now() < untilMs) {
          last = { target, input: target.input(random) };
          count.inputs += 1;
          if ((await tryInput(target, last.input, fail)) === "refused") count.refused += 1;
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (round === 4) memory.base = usedBytes();
      if (round > 4 && round % 8 === 0) {
        memory.most = Math.max(memory.most, usedBytes());
        const grown = memory.most - memory.base;
        if (grown > growthBytes) fail(new Error(`memory grew by ${grown} bytes, ${growthBytes} are allowed`));
      }
      if (performance.now() - toldMs < 30_000) continue;
      toldMs = performance.now();
      onProgress?.(report());
    }
  } finally {
    process.off("unhandledRejection", fail);
    process.off("uncaughtException", fail);
  }
  return report();
}

/** One input; what it threw that is no TunnelError goes to `fail`. */
export async function tryInput(
  target: FuzzTarget,
  input: Uint8Array,
  fail: (error: unknown) => void,
): Promise<"read" | "refused" | "failed"> {
  try {
    await target.run(input);
    return "read";
  } catch (thrown) {
    if (thrown instanceof TunnelError) return "refused";
    fail(thrown);
    return "failed";
  }
}

/** Bytes in use after a collection, buffers included. */
function usedBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const collect = garbageCollector();

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
