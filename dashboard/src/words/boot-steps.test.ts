import type { AppViewState, BootStep } from "@culvert/browser-client";
import { expect, it } from "vitest";
import { appPainted, shownSteps } from "./boot-steps.ts";

it("gives each step its title and its time, exact for those who ask", () => {
  const steps: BootStep[] = [
    { name: "session", state: "done", tookMs: 40.26 },
    { name: "direct", state: "running", tookMs: undefined },
  ];
  expect(shownSteps(steps)).toMatchObject([
    { title: "Session", time: "40 ms", exactTime: "40.3 ms" },
    { title: "Direct", time: "", exactTime: undefined, doing: "finding the direct way" },
  ]);
});

it("counts the app as painted only when its own step is done", () => {
  const stateWith = (state: BootStep["state"]): AppViewState => ({
    phase: "connecting",
    steps: [
      { name: "worker", state: "done", tookMs: 1 },
      { name: "app", state, tookMs: undefined },
    ],
  });
  expect(appPainted(stateWith("running"))).toBe(false);
  expect(appPainted(stateWith("done"))).toBe(true);
  expect(appPainted({ phase: "closed" })).toBe(false);
});
