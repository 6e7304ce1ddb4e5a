/** Pictures of every page state that the tests look at as well: one folder for each page, one for the ways in. */
import { onTestFinished } from "vitest";
import { stylesSettled } from "../../../harness/settled.ts";
import { accountStates } from "../../dashboard/account-states.ts";
import { doorStates } from "../../dashboard/door-states.ts";
import { DashboardFixture } from "../../dashboard/fixture.ts";
import { openDashboard } from "../../dashboard/open-dashboard.ts";
import type { PageState } from "../../dashboard/page-state.ts";
import { buildWithScriptedEngine } from "../../dashboard/scripted-engine.ts";
import { serverStates } from "../../dashboard/server-states.ts";
import { allLooks, type Screen, type ScreenArea, usualLooks } from "../screen.ts";

let files: ReturnType<typeof buildWithScriptedEngine> | undefined;

function screenOf({ address, prepare, ready }: PageState, name: string): Screen {
  return {
    name,
    whole: true,
    looks: name === "many" || name === "sign-in" ? allLooks : usualLooks,
    show: async (browser, look) => {
      files ??= buildWithScriptedEngine();
      const fixture = new DashboardFixture();
      prepare(fixture);
      await fixture.start(await files);
      onTestFinished(() => fixture.stop());
      const opened = await openDashboard(browser, fixture, address, look);
      onTestFinished(() => opened.context.close());
      await ready(opened.page);
      await stylesSettled(opened.page);
      return opened.page;
    },
  };
}

/** States whose names begin with that of a page, without it. */
function areaOf(area: string, states: readonly PageState[]): ScreenArea {
  const own = states.filter(({ name }) => name.startsWith(`${area}-`));
  return { area, screens: own.map((state) => screenOf(state, state.name.slice(area.length + 1))) };
}

export const pageStateScreens: readonly ScreenArea[] = [
  { area: "doors", screens: doorStates.map((state) => screenOf(state, state.name)) },
  areaOf("server", serverStates),
  ...["sessions", "members", "activity", "account"].map((page) => areaOf(page, accountStates)),
];
