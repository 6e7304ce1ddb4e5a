/**
 * A browser for each way to an app, fresh each time: no cookie, no storage and no worker of another way is in it.
 * Invariant: the browser that goes through the tunnel cannot reach the app's own address.
 */
import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { launchBrowser } from "../../harness/browser.ts";
import type { Culvert } from "../../harness/culvert.ts";
import { appFrame, openApp, waitForState } from "../../harness/visit.ts";
import { waitUntil } from "../../harness/wait-until.ts";
import type { Visit, Way } from "./real-app.ts";
import type { RunningApp } from "./running-app.ts";

const loadMs = 180_000;
const stepMs = 180_000;

/** A visit with its browser. */
export interface OpenVisit extends Visit {
  /** The page of the dashboard that holds the connection; undefined without a tunnel. */
  readonly dashboard: Page | undefined;
  close(): Promise<void>;
}

/** Cookies of a signed-in owner, for browsers that come after. */
export type SignedIn = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** What every way stands on. */
export interface VisitOptions {
  readonly running: RunningApp;
  readonly culvert: Culvert;
  readonly signedIn: SignedIn;
  /** Told of the context before anything is in it. */
  readonly onContext: (context: BrowserContext) => void;
}

/** Opens an app in one of the ways; its first `goto` leads to it. */
export async function openVisit(way: Way, options: VisitOptions): Promise<OpenVisit> {
  const { port } = options.running;
  const hidden = `--host-resolver-rules=MAP localhost:${port} 127.0.0.1:9, MAP 127.0.0.1:${port} 127.0.0.1:9`;
  const browser = await launchBrowser(way === "direct" ? [] : [hidden]);
  try {
    return await openers[way](browser, options);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

const openers: Readonly<Record<Way, (browser: Browser, options: VisitOptions) => Promise<OpenVisit>>> = {
  direct: async (browser, options) => {
    const page = await (await newContext(browser, options)).newPage();
    return inTab(browser, page, { way: "direct", origin: `http://localhost:${options.running.port}` }, options);
  },
  tab: async (browser, options) => {
    const context = await newContext(browser, options, options.signedIn);
    const dashboard = await context.newPage();
    const frame = await openInDashboard(dashboard, options);
    const page = await context.newPage();
    const { origin } = new URL(frame.url());
    return { ...inTab(browser, page, { way: "tab", origin }, options), dashboard };
  },
  "app-view": async (browser, options) => {
    const context = await newContext(browser, options, options.signedIn);
    const page = await context.newPage();
    return inAppView(browser, page, await openInDashboard(page, options), options);
  },
};

/** An app that stands in an App View already, however it was opened. */
export function inAppView(browser: Browser, page: Page, app: Frame, options: Pick<VisitOptions, "running">): OpenVisit {
  const goto = async (path: string): Promise<void> => {
    await app.evaluate((to) => {
      Object.assign(window, { isDocumentBefore: true });
      setTimeout(() => location.assign(to));
    }, path);
    const isNew = () => app.evaluate(() => !Reflect.has(window, "isDocumentBefore")).catch(() => false);
    await waitUntil(`the document at ${path}`, async () => (await isNew()) || undefined, loadMs);
    await app.waitForLoadState("load", { timeout: loadMs });
  };
  return { way: "app-view", page, app, dashboard: page, ...closing(browser, options), goto };
}

function inTab(
  browser: Browser,
  page: Page,
  { way, origin }: { readonly way: Way; readonly origin: string },
  options: VisitOptions,
): OpenVisit {
  const goto = async (path: string): Promise<void> => {
    await page.goto(`${origin}${path}`, { timeout: loadMs });
  };
  return { way, page, app: page.mainFrame(), dashboard: undefined, ...closing(browser, options), goto };
}

function closing(
  browser: Browser,
  { running }: Pick<VisitOptions, "running">,
): Pick<OpenVisit, "folder" | "dataFolder" | "close"> {
  return { folder: running.folder, dataFolder: running.dataFolder, close: () => browser.close() };
}

async function newContext(browser: Browser, options: VisitOptions, storageState?: SignedIn): Promise<BrowserContext> {
  const context = await browser.newContext({
    acceptDownloads: true,
    viewport: { width: 1280, height: 800 },
    ...(storageState === undefined ? {} : { storageState }),
  });
  context.setDefaultTimeout(stepMs);
  options.onContext(context);
  return context;
}

/** The App View of the app in a signed-in browser, directly connected. */
async function openInDashboard(page: Page, { culvert }: VisitOptions): Promise<Frame> {
  await page.goto(culvert.dashboardOrigin);
  await openApp(page, culvert.serverLabel);
  await waitForState(page, /^Direct/);
  return appFrame(page);
}
