/** The parts of `npm test`, in the order in which they run: the quick ones first. */

/** What tests need that the machine may lack. */
export type Need = "chromium" | "postgres" | "nats" | "coturn" | "openssl" | "nginx" | "tmux";

/** A check that passes or fails as one. */
interface Check {
  readonly type: "check";
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** A suite of tests that vitest counts. */
interface Suite {
  readonly type: "suite";
  readonly name: string;
  readonly folder: string;
  /** Without these none of it runs. */
  readonly needs: readonly Need[];
  /** Some tests need these; where they are missing those tests say so themselves. */
  readonly wants: readonly Need[];
}

export type Part = Check | Suite;

export const parts: readonly Part[] = [
  { type: "check", name: "types", program: "tsc", args: ["-b"] },
  { type: "check", name: "lint", program: "biome", args: ["check", "."] },
  { type: "suite", name: "unit", needs: [], wants: ["postgres", "nats", "coturn", "nginx", "tmux"], folder: "." },
  { type: "suite", name: "scenario", needs: [], wants: ["coturn"], folder: "test/scenarios" },
  { type: "suite", name: "cluster", needs: ["postgres", "nats"], wants: [], folder: "test/cluster" },
  { type: "suite", name: "browser", needs: ["chromium"], wants: ["openssl", "tmux"], folder: "test/browser" },
];
