/**
 * Pictures of the dashboard, one for each state of each page, at a desk's and a phone's width. Invariant: a picture is
 * taken when what it is of is there, never after a time.
 */
import type { Browser, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { DashboardFixture } from "../dashboard/fixture.ts";
import { type DashboardPage, type Look, openDashboard } from "../dashboard/open-dashboard.ts";

/** One picture, `<area>/<name>-<width>.png`. */
export interface Screen {
  /** `empty`, `loading`, `one`, `many`, `failing`, `offline`, or what else is to be seen. */
  readonly name: string;
  /** Light at both widths where it is left out. */
  readonly looks?: readonly Look[];
  /** The page down to its end, where what is to be seen goes on below the window. */
  readonly whole?: boolean;
  /** Brings a page to the state, inside of a test; resolves when it is to be seen. */
  readonly show: (browser: Browser, look: Look) => Promise<Page>;
}

/** The pictures of one part of the dashboard. */
export interface ScreenArea {
  /** Name of the folder. */
  readonly area: string;
  readonly screens: readonly Screen[];
}

/** Both widths, light. */
export const usualLooks: readonly Look[] = [
  { width: 1440, colorScheme: "light" },
  { width: 390, colorScheme: "light" },
];

/** Both widths in both schemes: of what is seen first. */
export const allLooks: readonly Look[] = [
  ...usualLooks,
  { width: 1440, colorScheme: "dark" },
  { width: 390, colorScheme: "dark" },
];

/** A state of a page over the fixture that stands in for signaling. */
export interface DashboardState {
  readonly name: string;
  readonly looks?: readonly Look[];
  readonly address: string;
  /** What the fixture answers. */
  readonly given?: (fixture: DashboardFixture) => void;
  /** What is done then; resolves when the state is to be seen. */
  readonly arrange: (opened: DashboardPage, fixture: DashboardFixture) => Promise<unknown>;
}

/** A screen of such a state. */
export function dashboardScreen({ name, looks, address, given, arrange }: DashboardState): Screen {
  return {
    name,
    ...(looks && { looks }),
    show: async (browser, look) => {
      const fixture = new DashboardFixture();
      given?.(fixture);
      await fixture.start();
      onTestFinished(() => fixture.stop());
      const opened = await openDashboard(browser, fixture, address, look);
      onTestFinished(() => opened.context.close());
      await arrange(opened, fixture);
      return opened.page;
    },
  };
}
