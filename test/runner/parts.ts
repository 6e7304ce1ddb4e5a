/** The parts of `npm test`, in the order in which they run: the quick ones first. */

/** What a part needs that the machine may lack. */
export type Need = "chromium" | "postgres" | "nats";

/** A check that passes or fails as one, or a suite of tests that vitest counts. */
export type Part =
  | { readonly type: "check"; readonly name: string; readonly program: string; readonly args: readonly string[] }
  | { readonly type: "suite"; readonly name: string; readonly needs: readonly Need[]; readonly folder: string };

export const parts: readonly Part[] = [
  { type: "check", name: "types", program: "tsc", args: ["-b"] },
  { type: "check", name: "lint", program: "biome", args: ["check", "."] },
  { type: "suite", name: "unit", needs: [], folder: "." },
  { type: "suite", name: "scenario", needs: [], folder: "test/scenarios" },
  { type: "suite", name: "cluster", needs: ["postgres", "nats"], folder: "test/cluster" },
  { type: "suite", name: "browser", needs: ["chromium"], folder: "test/browser" },
];
