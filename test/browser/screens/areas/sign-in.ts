/** Pictures of signing in. */
import type { DashboardFixture } from "../../dashboard/fixture.ts";
import { allLooks, dashboardScreen, type ScreenArea } from "../screen.ts";

const signedOut = (fixture: DashboardFixture): void => {
  fixture.signedIn = false;
};

export const signInScreens: ScreenArea = {
  area: "sign-in",
  screens: [
    dashboardScreen({
      name: "signed-out",
      looks: allLooks,
      address: "/",
      given: signedOut,
      arrange: ({ page }) => page.getByLabel("Email").waitFor(),
    }),
    dashboardScreen({
      name: "wrong-password",
      address: "/sign-in",
      given: signedOut,
      arrange: async ({ page }) => {
        await page.getByLabel("Email").fill("ada@example.org");
        await page.getByLabel("Password", { exact: true }).fill("not the one");
        await page.keyboard.press("Enter");
        await page.getByRole("alert").first().waitFor();
      },
    }),
    dashboardScreen({
      name: "link-expired",
      address: "/sign-in#code=K7QF2MXD9TRA",
      given: (fixture) => {
        signedOut(fixture);
        fixture.linkFault = { status: 410, code: "expired", message: "This sign-in link has expired." };
      },
      arrange: ({ page }) => page.getByRole("alert").first().waitFor(),
    }),
  ],
};
