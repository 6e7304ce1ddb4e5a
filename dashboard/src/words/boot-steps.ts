/** The six steps that open an app, for the person who waits. */
import type { AppViewState, BootStep } from "@culvert/browser-client";
import { durationWords } from "./moment.ts";

const meanings: Readonly<Record<BootStep["name"], { readonly title: string; readonly doing: string }>> = {
  session: { title: "Session", doing: "asking for a short-lived grant" },
  agent: { title: "Agent", doing: "shaking hands with your machine, sealed" },
  relay: { title: "Relay", doing: "meeting your machine at the signaling server" },
  direct: { title: "Direct", doing: "finding the direct way" },
  worker: { title: "Worker", doing: "preparing the app's own origin" },
  app: { title: "App", doing: "loading the first page" },
};

/** A step as it is shown; `time` is empty until it is known. */
export interface ShownStep {
  readonly name: BootStep["name"];
  readonly state: BootStep["state"];
  readonly title: string;
  readonly doing: string;
  readonly time: string;
  readonly exactTime: string | undefined;
}

/** Steps with titles and times. */
export function shownSteps(steps: readonly BootStep[]): readonly ShownStep[] {
  return steps.map(({ name, state, tookMs }) => ({
    name,
    state,
    ...meanings[name],
    time: tookMs === undefined ? "" : durationWords(tookMs),
    exactTime: tookMs === undefined ? undefined : `${tookMs.toFixed(1)} ms`,
  }));
}

/** True once the app has painted: then nothing of ours may lie over it. */
export function appPainted(state: AppViewState): boolean {
  return "steps" in state && state.steps.some(({ name, state }) => name === "app" && state === "done");
}
