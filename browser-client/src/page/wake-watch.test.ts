import { expect, test } from "vitest";
import { watchWaking } from "./wake-watch.ts";

test("paths are asked when a page is looked at again, resumed, shown again, or has another network", () => {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" as DocumentVisibilityState });
  const [shown, network] = [new EventTarget(), new EventTarget()];
  let wakes = 0;
  const stop = watchWaking(() => (wakes += 1), { document: page, window: shown, connection: network });
  const happen = (): number => {
    wakes = 0;
    page.dispatchEvent(new Event("visibilitychange"));
    page.dispatchEvent(new Event("resume"));
    shown.dispatchEvent(new Event("pageshow"));
    network.dispatchEvent(new Event("change"));
    return wakes;
  };
  expect(happen()).toBe(4);
  page.visibilityState = "hidden";
  expect(happen(), "a page that is hidden wakes nobody").toBe(3);
  stop();
  expect(happen()).toBe(0);
});
