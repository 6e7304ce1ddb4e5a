/** A line that takes minutes by its nature. All of them run at once, each at both places, where no debugger watches. */
import type { Observed } from "./line.ts";
import type { Target } from "./target.ts";

/** A browser that shows one page of the app, in which the scripts of all lines run. */
export interface LongPlace {
  readonly via: "direct" | "tunnel";
  readonly target: Target;
  /** What the line's script came to, or the words of what it threw. */
  readonly reported: Promise<Observed>;
  /** SHA-256, in hex, of a file that the browser saved under this name. */
  saved(name: string): Promise<string>;
}

/** A line. */
export interface LongLine {
  readonly number: number;
  readonly behaviour: string;
  /** Adds what the app answers, once for both places. */
  readonly serve: (target: Target) => void;
  /**
   * Runs in the app's page; it is sent there as text, so it stands alone. `via` tells the places apart in what it asks for.
   * What it resolves with is reported.
   */
  readonly script: (via: string) => Promise<unknown>;
  /** What is held to `wanted`. */
  readonly observe: (place: LongPlace) => Promise<Observed>;
  readonly wanted: Observed;
  /** A remark for the table. */
  readonly note?: string;
}
