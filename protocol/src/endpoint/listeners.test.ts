import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Listeners } from "./listeners.ts";

/** The test runner's own listeners stand aside, so that the surfaced fault can be looked at. */
let aside: NodeJS.UnhandledRejectionListener[] = [];
const surfaced: unknown[] = [];

beforeEach(() => {
  aside = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (fault) => surfaced.push(fault));
});

afterEach(() => {
  process.removeAllListeners("unhandledRejection");
  for (const listener of aside) process.on("unhandledRejection", listener);
});

describe("listeners", () => {
  it("go on after one that throws, and the fault surfaces where the platform reports it", async () => {
    const listeners = new Listeners<string>();
    const heard: string[] = [];
    listeners.add(() => {
      throw new Error("a listener's fault");
    });
    listeners.add((event) => heard.push(event));
    listeners.tell("path-up");
    expect(heard).toEqual(["path-up"]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(surfaced).toEqual([new Error("a listener's fault")]);
  });

  it("hear nothing after they were removed, also while one event is told", () => {
    const listeners = new Listeners<string>();
    const heard: string[] = [];
    const remove = listeners.add((event) => {
      heard.push(event);
      remove();
    });
    listeners.tell("first");
    listeners.tell("second");
    expect(heard).toEqual(["first"]);
  });
});
