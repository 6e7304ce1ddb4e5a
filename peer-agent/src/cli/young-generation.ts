/**
 * How much of the heap of `culvert` new objects may take. An agent's garbage is message buffers, small objects with bytes outside
 * of the heap, which a collection of the young generation frees in a ms. V8 lets that generation grow to 64 MiB, after which it
 * is hardly ever collected, and the bytes wait for whole collections of 10 ms and more (docs/decisions/0124).
 */
import { setFlagsFromString } from "node:v8";

/**
 * Lets the young generation grow no further in this process: 8 MiB with the commands loaded. A program that embeds an agent
 * has `--max-semi-space-size` of Node for it, which nothing can set in a process that runs.
 */
export function keepYoungGeneration(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
