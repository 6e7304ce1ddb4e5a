/** One line of the conformance list: what is observed in a browser, and what it ought to be. */
import type { Place } from "./place.ts";
import type { Target } from "./target.ts";

/** JSON: what an observation gives. Origins in it are written `<app>`. */
export type Observed = unknown;

/** A line. It is observed at both places, in turn, and compared. */
export interface Line {
  /** Number in the list, 1 to 76. */
  readonly number: number;
  /** What an app counts on, in a few words. */
  readonly behaviour: string;
  /** Adds what the app answers, once for both places. */
  readonly serve?: (target: Target) => void | Promise<void>;
  /** Does it, and tells what came of it. Waits for events, never for time alone. */
  readonly observe: (place: Place) => Promise<Observed>;
  /** What a browser gives without a tunnel; held to the direct observation, so that no line passes by seeing nothing. */
  readonly wanted: Observed;
  /** Where the tunnel must differ, or cannot do it: what it gives instead, and why. */
  readonly through?: Difference;
  /**
   * What is missing in the tunnel, for a line that is known to fail there. `npm test` skips it by this name; `npm run
   * compatibility` runs it, shows it as failing, and objects where it passes, so that the mark goes with the fault.
   */
  readonly awaits?: string;
  /** A remark for the table. */
  readonly note?: string;
  /** Longest time for both, ms. */
  readonly timeoutMs?: number;
}

/** How the tunnel's answer differs. */
export interface Difference {
  /** `by-design`: ours must differ; `impossible`: no browser can do it from a service worker. */
  readonly type: "by-design" | "impossible";
  readonly wanted: Observed;
  readonly why: string;
  /** A specification or an issue that says so. */
  readonly link?: string;
}
