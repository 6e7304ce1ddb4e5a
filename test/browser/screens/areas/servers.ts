/** Pictures of the list of servers and of adding one. */
import type { Page } from "playwright-core";
import { held } from "../../dashboard/fixture.ts";
import { manyServers } from "../../dashboard/many-servers.ts";
import { everyState, groupedServers, nowMs, serverOf } from "../../dashboard/sample-servers.ts";
import { allLooks, dashboardScreen, type ScreenArea } from "../screen.ts";

const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
const expiresAt = nowMs + 582_000;

export const serverScreens: ScreenArea = {
  area: "servers",
  screens: [
    dashboardScreen({
      name: "empty",
      looks: allLooks,
      address: "/",
      arrange: ({ page }) => heading(page, "Connect your first server"),
    }),
    dashboardScreen({
      name: "loading",
      address: "/",
      given: (fixture) => {
        fixture.answers.set("GET /api/servers", held);
        fixture.answers.set("GET /api/servers/events", held);
      },
      arrange: ({ page }) => page.getByText("Loading servers").waitFor(),
    }),
    dashboardScreen({
      name: "one",
      address: "/",
      given: (fixture) => {
        fixture.servers = everyState.slice(0, 1);
      },
      arrange: ({ page }) => heading(page, "studio-mac"),
    }),
    dashboardScreen({
      name: "every-state",
      looks: allLooks,
      address: "/",
      given: (fixture) => {
        fixture.servers = everyState;
      },
      arrange: ({ page }) => heading(page, "studio-mac"),
    }),
    dashboardScreen({
      name: "many",
      address: "/",
      given: (fixture) => {
        fixture.servers = manyServers(1_000);
      },
      arrange: async ({ page }) => {
        await page.getByLabel("Group").selectOption("State");
        await page.getByRole("heading", { name: "Ready" }).waitFor();
      },
    }),
    dashboardScreen({
      name: "groups",
      looks: allLooks,
      address: "/",
      given: (fixture) => {
        fixture.servers = groupedServers;
      },
      arrange: async ({ page }) => {
        await page.getByLabel("Group").selectOption("Your groups");
        await page.getByRole("heading", { name: "In no group" }).waitFor();
      },
    }),
    dashboardScreen({
      name: "nothing-found",
      address: "/",
      given: (fixture) => {
        fixture.servers = everyState;
      },
      arrange: async ({ page }) => {
        await page.getByRole("searchbox").fill("mainframe");
        await page.getByRole("button", { name: "Show all 9" }).waitFor();
      },
    }),
    dashboardScreen({
      name: "menu",
      address: "/",
      given: (fixture) => {
        fixture.servers = everyState;
      },
      arrange: async ({ page }) => {
        await page.getByRole("button", { name: "Choose a service of studio-mac" }).click();
        await page.getByRole("menuitem", { name: "Open code-server" }).waitFor();
      },
    }),
    dashboardScreen({
      name: "offline",
      address: "/",
      given: (fixture) => {
        fixture.servers = everyState;
      },
      arrange: async ({ page }, fixture) => {
        await heading(page, "studio-mac");
        fixture.leave();
        await page.getByText("Culvert’s server is away").waitFor();
      },
    }),
    dashboardScreen({
      name: "failing",
      address: "/",
      given: (fixture) => {
        const fault = { status: 503, code: "unavailable", message: "The store does not answer." };
        fixture.answers.set("GET /api/servers", fault);
        fixture.answers.set("GET /api/servers/events", fault);
      },
      arrange: ({ page }) => page.getByRole("button", { name: "Try again" }).waitFor(),
    }),
    dashboardScreen({
      name: "add-server",
      looks: allLooks,
      address: "/",
      given: (fixture) => {
        fixture.servers = everyState;
        fixture.enrolmentExpiresAt = expiresAt;
      },
      arrange: async ({ page }) => {
        await page.getByRole("button", { name: "Add server" }).click();
        await page.getByText("Waiting for the machine").waitFor();
      },
    }),
    dashboardScreen({
      name: "server-added",
      address: "/",
      given: (fixture) => {
        fixture.enrolmentExpiresAt = expiresAt;
      },
      arrange: async ({ page }, fixture) => {
        await page.getByRole("button", { name: "Add server" }).first().click();
        await page.getByText("Waiting for the machine").waitFor();
        fixture.push({ type: "server", server: serverOf("j", "studio-mac", "ready", [["vite", "healthy"]]) });
        await page.getByRole("link", { name: "Open vite", exact: true }).waitFor();
      },
    }),
  ],
};
