/** The boot as a person sees it: each step with its state and the time that it took. */
import type { BootStep } from "../app-view-api.ts";

const names = ["session", "relay", "agent", "direct", "worker", "app"] as const satisfies readonly BootStep["name"][];
/** Steps that a new attempt goes through again. */
const ofConnection: ReadonlySet<BootStep["name"]> = new Set(["session", "relay", "agent", "direct"]);

/** The steps of one App View. */
export class BootSteps {
  readonly #nowMs: () => number;
  readonly #startedMs = new Map<BootStep["name"], number>();
  #steps: readonly BootStep[] = names.map((name) => ({ name, state: "waiting", tookMs: undefined }));

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** All steps, in the order in which they run. */
  get list(): readonly BootStep[] {
    return this.#steps;
  }

  /** A step begins, or ends. A session that begins starts the connection's steps over; a step that is done stays so. */
  mark(name: BootStep["name"], state: "running" | "done" | "failed"): void {
    if (state === "running") this.#startedMs.set(name, this.#nowMs());
    const startedMs = this.#startedMs.get(name);
    const tookMs = state === "running" || startedMs === undefined ? undefined : this.#nowMs() - startedMs;
    const restarts = name === "session" && state === "running";
    this.#steps = this.#steps.map((step) => {
      if (step.name === name) return { name, state, tookMs };
      return restarts && ofConnection.has(step.name) ? { name: step.name, state: "waiting", tookMs: undefined } : step;
    });
  }
}
