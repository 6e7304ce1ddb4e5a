/**
 * What V8 does with the garbage of `culvert`, which is message buffers: small objects with bytes outside of the heap. Left alone,
 * the young generation grows to 64 MiB, so that small objects hardly ever fill it and their bytes wait for whole collections,
 * and these come after each 8 MB (docs/decisions/0124).
 */
import { setFlagsFromString } from "node:v8";

/**
 * For this process, from now on: the young generation grows no further (8 MiB with the commands loaded), and a whole collection
 * waits until there is three times of what the last one left. V8 reads both whenever they matter. A program that embeds
 * an agent has options of Node for the same, `--max-semi-space-size` and `--heap-growing-percent`.
 */
export function shapeHeap(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=200");
}
