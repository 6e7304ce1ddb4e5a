/** One thing that takes bytes of a peer, and what it may do with them. */
import type { SeededRandom } from "../../protocol/src/testing/random.ts";

/** `run` must neither throw nor reject, but for a TunnelError; what else it notices it throws as an Error. */
export interface FuzzTarget {
  readonly name: string;
  /** An input to try; its bytes alone decide what `run` does. */
  input(random: SeededRandom): Uint8Array;
  run(input: Uint8Array): Promise<void> | void;
}

/** A check inside a target that does not hold. */
export function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
