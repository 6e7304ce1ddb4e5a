/** Opens pages of the dashboard fixture in Chromium and keeps what they did. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { keepOnFailure, logPage } from "../../harness/browser.ts";
import { faintTexts } from "./contrast.ts";
import type { DashboardFixture } from "./fixture.ts";
import { ScriptWatch } from "./page-at-rest.ts";
import { nowMs } from "./sample-servers.ts";

/** How somebody looks at the dashboard. */
export interface Look {
  readonly width: 1440 | 390;
  readonly colorScheme: "light" | "dark";
}

/** The four ways in which each screen is checked. */
export const looks: readonly Look[] = [
  { width: 1440, colorScheme: "light" },
  { width: 1440, colorScheme: "dark" },
  { width: 390, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
];

/** A page under test. */
export interface DashboardPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly scripts: ScriptWatch;
  /** Asserts that no policy was broken, nothing was logged and no other host was asked. */
  expectClean(options?: { readonly hasLeftAPage: boolean }): void;
  /** Asserts that no other host was asked. */
  expectOwnHosts(): void;
  /** Asserts that everything is legible and nothing sticks out of the window. */
  expectLegible(): Promise<void>;
}

/** A fresh profile with one page at an address of the dashboard. */
export async function openDashboard(
  browser: Browser,
  fixture: DashboardFixture,
  address: string,
  look: Look = { width: 1440, colorScheme: "light" },
): Promise<DashboardPage> {
  const { width, colorScheme } = look;
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: width === 390 ? 844 : 900 },
    timezoneId: "UTC",
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const scripts = new ScriptWatch(page);
  const { lines } = logPage(page);
  const hosts = new Set<string>();
  context.on("request", (request) => hosts.add(new URL(request.url()).origin));
  const expectOwnHosts = (): void => {
    expect([...hosts].filter((host) => host !== fixture.origin && host !== fixture.appOrigin)).toEqual([]);
  };
  await page.clock.install({ time: nowMs });
  keepOnFailure("dashboard", page, { console: () => lines });
  await page.goto(fixture.origin + address);
  return {
    page,
    context,
    scripts,
    expectClean: ({ hasLeftAPage } = { hasLeftAPage: false }) => {
      expect(lines.filter((line) => !(hasLeftAPage && isGivenUp(line)))).toEqual([]);
      expectOwnHosts();
    },
    expectOwnHosts,
    expectLegible: async () => {
      expect(await faintTexts(page)).toEqual([]);
      const { width: shown } = page.viewportSize() ?? { width };
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(shown);
    },
  };
}

/** What a page still waited for when it went on to the next one, as after signing in: a font, ways to sign in. */
function isGivenUp(line: string): boolean {
  return /^failed: \S+(\/assets\/\S+\.woff2|\/passkey\/generate-authenticate-options|\/api\/sign-in-methods) net::ERR_ABORTED$/.test(
    line,
  );
}
