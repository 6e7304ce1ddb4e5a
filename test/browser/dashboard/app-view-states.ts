/** The App View page in its states, around a scripted tunnel, as tests and screenshots come to them. */
import type { AppViewState, InspectedRequest } from "@culvert/browser-client";
import type { Page } from "playwright-core";
import type { DashboardFixture } from "./fixture.ts";
import { anyDetail, pathOf, refusedDetail, requestOf, socketDetail, visit } from "./sample-requests.ts";
import { everyState, nowMs, serverOf } from "./sample-servers.ts";
import { bootSteps, tellState } from "./scripted-engine.ts";
import { tellPaths, tellRequests } from "./scripted-inspector.ts";

/** Where the App View of the sample is. */
export const appViewAddress = `/app-view/${"a".repeat(26)}/vite`;
/** Connected, the app painted. */
export const connected: AppViewState = { phase: "open", pathKind: "direct", rttMs: 12.3, steps: bootSteps(6) };
/** Broken, and being mended. */
export const broken: AppViewState = {
  ...{ phase: "lost", code: "path-failed", message: "the data channel was closed", hint: "It is rebuilt by itself." },
  ...{ attempt: 2, steps: bootSteps(6) },
};

/** `name` is that of its screenshot. */
export interface AppViewStateOnPage {
  readonly name: string;
  /** Brings an App View page that stands to the state; resolves when it is to be seen. */
  arrange(page: Page, fixture: DashboardFixture): Promise<unknown>;
}

/** What the fixture's list says of the server: it can share. */
export const appViewServers = everyState.map((server) =>
  server.label === "studio-mac" ? { ...server, capabilities: { ...server.capabilities, desk: true } } : server,
);

/** Opens the inspector and tells it requests; resolves when the last of them is drawn. */
export async function inspect(page: Page, requests: readonly InspectedRequest[], keepsBodies = false): Promise<void> {
  await tellState(page, connected);
  await page.keyboard.press("Alt+Shift+KeyI");
  await tellRequests(page, {
    requests,
    keepsBodies,
    details: { any: anyDetail, "6": socketDetail, "9": refusedDetail },
  });
  const last = requests.at(-1);
  if (last !== undefined) await page.locator(`#request-${last.id}`).waitFor();
}

/** Chooses the request of a path. */
export async function choose(page: Page, path: string): Promise<void> {
  await page.getByRole("row").filter({ hasText: path }).click();
  await page.getByRole("region", { name: /^Request / }).waitFor();
}

const standingBy = { sentBytesPerSecond: 0, receivedBytesPerSecond: 0, sentBytes: 18_200, receivedBytes: 21_400 };

const details = async (page: Page, ways: readonly Parameters<typeof pathOf>[0][], state: AppViewState) => {
  await tellState(page, state);
  // A minute and a half of a connection that works.
  for (let second = 0; second < 90; second += 3) {
    await page.clock.runFor(3_000);
    const wave = Math.sin(second / 9);
    const told = ways.map((way) =>
      way?.carries === "none"
        ? pathOf({ ...way, ...standingBy })
        : pathOf({ ...way, receivedBytesPerSecond: Math.max(0, 840_000 * wave) }),
    );
    await tellPaths(page, told);
  }
  await page.getByRole("button", { name: /^Connection:/ }).click();
  await page.locator(".path-chart canvas").nth(1).waitFor();
  await page.clock.runFor(1_000);
};

/** All of them. */
export const appViewStates: readonly AppViewStateOnPage[] = [
  { name: "empty", arrange: (page) => inspect(page, []) },
  { name: "live", arrange: (page) => inspect(page, visit) },
  {
    name: "many",
    arrange: (page) =>
      inspect(
        page,
        Array.from({ length: 5_000 }, (_, at) => requestOf(at + 1)),
      ),
  },
  {
    name: "request",
    arrange: async (page) => {
      await inspect(page, visit);
      await choose(page, "/api/report/slow");
      await page.getByRole("tab", { name: "Timing" }).click();
      await page.getByText("until the app had its answer ready").waitFor();
    },
  },
  {
    name: "refused",
    arrange: async (page) => {
      await inspect(page, visit);
      await choose(page, "/admin/users");
      await page.getByText("The rule: deny.pathPrefixes: /admin.").waitFor();
    },
  },
  {
    name: "socket",
    arrange: async (page) => {
      await inspect(page, visit, true);
      await choose(page, "/?token=");
      await page.getByRole("tab", { name: "Messages" }).click();
      await page.getByRole("listitem").getByText("js-update").click();
      await page.locator(".frame-text").waitFor();
    },
  },
  {
    name: "popover",
    arrange: (page) => details(page, [{}, { pathId: 1, kind: "relay", carries: "none", rttMs: 48 }], connected),
  },
  {
    name: "relay",
    arrange: (page) =>
      details(page, [{ pathId: 1, kind: "relay", rttMs: 61 }], {
        ...{ phase: "open", pathKind: "relay", rttMs: 61, steps: bootSteps(6) },
        directFault: { code: "timeout", message: "no direct connection came up", hint: "" },
      }),
  },
  {
    name: "reconnecting",
    arrange: async (page) => {
      await tellState(page, connected);
      await tellState(page, broken);
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "offline",
    arrange: async (page, fixture) => {
      await tellState(page, connected);
      await tellState(page, { ...broken, code: "offline", message: "The agent left." } as AppViewState);
      const lastConnectedAt = nowMs - 18 * 60_000;
      const server = serverOf("a", "studio-mac", "disconnected", [["vite", "healthy"]], { lastConnectedAt });
      fixture.push({ type: "server", server });
      await page.getByRole("button", { name: "Connection: Offline since 14:02" }).waitFor();
    },
  },
  {
    name: "failing",
    arrange: async (page) => {
      await tellState(page, {
        ...{ phase: "failed", code: "no-direct-path", steps: bootSteps(3, "failed") },
        message: "No direct connection to studio-mac came up within 15 s.",
        hint: "Try another network, or allow the relay for this service.",
      });
      await page.getByRole("heading", { name: "vite did not open" }).waitFor();
    },
  },
  {
    name: "boot",
    arrange: async (page) => {
      await tellState(page, { phase: "connecting", steps: bootSteps(3, "running") });
      await page.getByText("finding the direct way …").waitFor();
    },
  },
  {
    name: "services",
    arrange: async (page) => {
      await tellState(page, connected);
      await page.getByRole("button", { name: /other services/ }).click();
      await page.getByRole("menuitem", { name: /code-server/ }).waitFor();
    },
  },
  {
    name: "menu",
    arrange: async (page) => {
      await tellState(page, connected);
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem", { name: /Keyboard shortcuts/ }).waitFor();
    },
  },
  {
    name: "shortcuts",
    arrange: async (page) => {
      await tellState(page, connected);
      await page.keyboard.press("Alt+Shift+KeyK");
      await page.getByText("Go through the requests").waitFor();
    },
  },
  {
    name: "share",
    arrange: async (page) => {
      await tellState(page, connected);
      await page.keyboard.press("Alt+Shift+KeyS");
      await page.getByRole("button", { name: "Make the link" }).waitFor();
    },
  },
  {
    name: "bar-hidden",
    arrange: async (page) => {
      await tellState(page, connected);
      await page.keyboard.press("Alt+Shift+KeyB");
      await page.getByRole("button", { name: /^Show the bar/ }).waitFor();
    },
  },
];
