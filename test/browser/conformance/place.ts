/**
 * Where an app is looked at: directly at its own address, or through the App View. A line does the same at both.
 * Invariant: the app is moved about by the app's own document, as a link does it, never by the debugger.
 */
import type { BrowserContext, Frame, Page } from "playwright-core";
import { vi } from "vitest";
import { appFrame } from "../../harness/visit.ts";
import type { Target } from "./target.ts";

const loadMs = 30_000;

/** A tab that shows the app. */
export interface Place {
  readonly via: "direct" | "tunnel";
  /** The tab: the app's own document, or the App View around it. */
  readonly page: Page;
  readonly context: BrowserContext;
  readonly target: Target;
  /** Origin of the app as its documents see it. */
  readonly origin: string;
  /** The frame that the app runs in; it stays the same over navigations. */
  readonly app: Frame;
  /** Follows a link of the app to a path and waits for its document to load. */
  goto(path: string): Promise<Frame>;
  /** What stands in the app's place, such as after `goto` of something that is no document. */
  text(): Promise<string>;
  /** The same app in another tab of the same browser. */
  openTab(path?: string): Promise<Place>;
  /** Stops the service worker, as a browser does with idle ones; nothing to do without a tunnel. */
  stopWorker(): Promise<void>;
  /** Takes the tunnel's data channels away and waits for the next; nothing to do without a tunnel. */
  losePath(): Promise<void>;
  /** A value with the place's own addresses written `<app>`, so that both places can be compared. */
  plain<Value>(value: Value): Value;
}

/** What the places differ in. */
export interface PlaceSettings {
  readonly via: Place["via"];
  readonly page: Page;
  readonly target: Target;
  /** Opens another tab with the app in it. */
  readonly openTab: (path: string) => Promise<Page>;
  readonly stopWorker: () => Promise<void>;
  readonly losePath: () => Promise<void>;
}

/** The place in a tab that shows the app already. */
export async function placeIn(settings: PlaceSettings): Promise<Place> {
  const { via, page, target } = settings;
  const app = via === "direct" ? page.mainFrame() : await appFrame(page);
  const { origin } = new URL(app.url());
  return {
    via,
    page,
    target,
    origin,
    app,
    context: page.context(),
    goto: async (path) => {
      const mark = crypto.randomUUID();
      await app.evaluate((value) => Object.assign(window, { conformanceMark: value }), mark);
      await app.evaluate((to) => void setTimeout(() => location.assign(to)), path);
      await vi.waitUntil(() => isLoaded(app, mark), { timeout: loadMs, interval: 20 });
      return app;
    },
    text: () => app.evaluate(() => document.body?.innerText ?? ""),
    openTab: async (path = "/") => placeIn({ ...settings, page: await settings.openTab(path) }),
    stopWorker: settings.stopWorker,
    losePath: settings.losePath,
    plain: (value) => plainOf(value, origin, target.port),
  };
}

/** True once another document than the marked one has loaded. */
async function isLoaded(app: Frame, mark: string): Promise<boolean> {
  return app
    .evaluate(
      (old) =>
        (window as { conformanceMark?: string }).conformanceMark !== old &&
        document.readyState === "complete" &&
        !location.pathname.startsWith("/.culvert/"),
      mark,
    )
    .catch(() => false);
}

function plainOf<Value>(value: Value, origin: string, port: number): Value {
  if (value === undefined) return value;
  const { host } = new URL(origin);
  const aliases = [origin, origin.replace("http", "ws"), `http://127.0.0.1:${port}`, `http://localhost:${port}`];
  let text = JSON.stringify(value);
  for (const alias of aliases) text = text.replaceAll(alias, "<app>");
  for (const name of [host, `127.0.0.1:${port}`, `localhost:${port}`]) text = text.replaceAll(name, "<app-host>");
  return JSON.parse(text) as Value;
}
