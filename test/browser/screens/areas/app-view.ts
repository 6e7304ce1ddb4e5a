/** Pictures of the App View: its frame and the inspector, around a scripted tunnel. */
import { onTestFinished } from "vitest";
import { appViewAddress, appViewServers, appViewStates } from "../../dashboard/app-view-states.ts";
import { DashboardFixture } from "../../dashboard/fixture.ts";
import { openDashboard } from "../../dashboard/open-dashboard.ts";
import { buildWithScriptedEngine } from "../../dashboard/scripted-engine.ts";
import { allLooks, type ScreenArea, usualLooks } from "../screen.ts";

/** What is seen most is looked at in both schemes. */
const inBoth = new Set(["live", "request", "popover", "reconnecting"]);

let built: ReturnType<typeof buildWithScriptedEngine> | undefined;

export const appViewScreens: ScreenArea = {
  area: "app-view",
  screens: appViewStates.map(({ name, arrange }) => ({
    name,
    looks: inBoth.has(name) ? allLooks : usualLooks,
    show: async (browser, look) => {
      built ??= buildWithScriptedEngine();
      const fixture = new DashboardFixture();
      fixture.servers = appViewServers;
      await fixture.start(await built);
      onTestFinished(() => fixture.stop());
      const { page, context } = await openDashboard(browser, fixture, appViewAddress, look);
      onTestFinished(() => context.close());
      await page.getByText("on studio-mac").waitFor({ state: "attached" });
      await arrange(page, fixture);
      return page;
    },
  })),
};
