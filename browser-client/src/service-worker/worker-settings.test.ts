import { expect, test } from "vitest";
import { readWorkerSettings } from "./worker-settings.ts";

function read(dashboard: string, appView: string) {
  return readWorkerSettings(
    `https://x.example/.culvert/sw.js?${new URLSearchParams({ dashboard, "app-view": appView })}`,
  );
}

test("the script's own address says where the dashboard is", () => {
  expect(read("https://culvert.example", "https://culvert.example/app-view/a/vite")).toEqual({
    dashboardOrigin: "https://culvert.example",
    appViewUrl: "https://culvert.example/app-view/a/vite",
  });
});

test.each([
  ["https://culvert.example", "https://evil.example/app-view"],
  ["javascript:alert(1)", "javascript:alert(1)"],
  ["https://culvert.example", ""],
  ["*", "*"],
])("%s with %s is not believed", (dashboard, appView) => {
  expect(read(dashboard, appView)).toEqual({ dashboardOrigin: "'self'", appViewUrl: "/.culvert/boot" });
});
