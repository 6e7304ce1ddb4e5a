/** Pictures of the overview. */
import { type DashboardFixture, held } from "../../dashboard/fixture.ts";
import { busyOverview, quietOverview } from "../../dashboard/sample-overview.ts";
import { everyState } from "../../dashboard/sample-servers.ts";
import { allLooks, dashboardScreen, type ScreenArea } from "../screen.ts";

const path = "GET /api/overview";
const given = (answer: unknown) => (fixture: DashboardFixture) => {
  fixture.servers = everyState;
  fixture.answers.set(path, answer);
};

export const overviewScreens: ScreenArea = {
  area: "overview",
  screens: [
    dashboardScreen({
      name: "many",
      looks: allLooks,
      address: "/overview",
      given: given(busyOverview("day")),
      arrange: ({ page }) => page.locator(".step-chart canvas").nth(1).waitFor(),
    }),
    dashboardScreen({
      name: "month",
      address: "/overview",
      given: given(busyOverview("month")),
      arrange: async ({ page }) => {
        await page.getByRole("button", { name: "30 days" }).click();
        await page.locator(".step-chart canvas").nth(1).waitFor();
      },
    }),
    dashboardScreen({
      name: "empty",
      address: "/overview",
      given: given(quietOverview("day")),
      arrange: ({ page }) => page.getByText("No opening failed").waitFor(),
    }),
    dashboardScreen({
      name: "loading",
      address: "/overview",
      given: given(held),
      arrange: ({ page }) => page.getByText("Loading the overview").waitFor(),
    }),
    dashboardScreen({
      name: "failing",
      address: "/overview",
      given: given({ status: 503, code: "unavailable", message: "The store does not answer." }),
      arrange: ({ page }) => page.getByRole("alert").waitFor(),
    }),
  ],
};
