import { describe, expect, it } from "vitest";
import { appPath } from "./app-frames.ts";
import { BootSteps } from "./boot-steps.ts";

describe("BootSteps", () => {
  it("times each step", () => {
    let nowMs = 10;
    const steps = new BootSteps(() => nowMs);
    steps.mark("session", "running");
    nowMs = 35;
    expect(steps.list[0]).toEqual({ name: "session", state: "running", tookMs: undefined });
    steps.mark("session", "done");
    expect(steps.list[0]).toEqual({ name: "session", state: "done", tookMs: 25 });
    expect(steps.list.slice(1).every(({ state }) => state === "waiting")).toBe(true);
  });

  it("starts the connection's steps over with a new session and leaves the app's alone", () => {
    const steps = new BootSteps(() => 0);
    for (const name of ["session", "relay", "agent", "direct", "worker", "app"] as const) {
      steps.mark(name, "running");
      steps.mark(name, "done");
    }
    steps.mark("session", "running");
    expect(steps.list.map(({ state }) => state)).toEqual(["running", "waiting", "waiting", "waiting", "done", "done"]);
  });
});

describe("appPath", () => {
  it.each([
    ["/", "/"],
    ["/shop?x=1#top", "/shop?x=1#top"],
    ["//evil.example/", "/"],
    ["/\\evil.example/", "/"],
    ["https://evil.example/", "/"],
    ["", "/"],
  ])("reads %j as %j", (path, expected) => {
    expect(appPath(path)).toBe(expected);
  });
});
