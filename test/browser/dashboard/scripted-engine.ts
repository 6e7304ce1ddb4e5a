/**
 * Takes the tunnel's place in the App View page: a script that shows the fake app and goes through the states that a
 * test names. It replaces the built chunk `engine-*.js`, which exports `openAppView`.
 */
import type { AppLocation, AppViewState, BootStep } from "@culvert/browser-client";
import type { Page } from "playwright-core";

/** What the page asked of the engine. */
export interface EngineRecord {
  readonly initialPath: string;
  readonly accountId: string;
  readonly calls: readonly string[];
}

const engineScript = (appOrigin: string): string => `
export function openAppView(options) {
  const calls = [];
  let frame;
  const engine = {
    initialPath: options.initialPath, accountId: options.accountId, calls,
    tellState(state) {
      view.state = state;
      if (state.phase === "open" && !frame) {
        frame = document.createElement("iframe");
        frame.src = ${JSON.stringify(appOrigin)};
        options.container.append(frame);
      }
      options.onState(state);
    },
    tellLocation: (location) => options.onLocation(location),
  };
  const view = {
    state: undefined, appOrigin: ${JSON.stringify(appOrigin)},
    navigate: (path) => calls.push("navigate " + path),
    reload: () => calls.push("reload"),
    retry: () => calls.push("retry"),
    close: () => calls.push("close"),
  };
  window.engine = engine;
  return view;
}`;

/** Puts the script in place of the engine's chunk for this page. */
export async function scriptEngine(page: Page, appOrigin: string): Promise<void> {
  await page.route("**/assets/engine-*.js", (route) =>
    route.fulfill({ contentType: "text/javascript", body: engineScript(appOrigin) }),
  );
}

type EngineWindow = typeof globalThis & {
  readonly engine?: EngineRecord & {
    tellState(state: AppViewState): void;
    tellLocation(location: AppLocation): void;
  };
};

/** Waits until the page has started its engine. */
export async function engineOf(page: Page): Promise<EngineRecord> {
  await page.waitForFunction(() => (globalThis as EngineWindow).engine !== undefined);
  return page.evaluate(() => {
    const engine = (globalThis as EngineWindow).engine;
    if (engine === undefined) throw new Error("no engine");
    return { initialPath: engine.initialPath, accountId: engine.accountId, calls: [...engine.calls] };
  });
}

/** The engine tells the page a state. */
export async function tellState(page: Page, state: AppViewState): Promise<void> {
  await engineOf(page);
  await page.evaluate((told) => (globalThis as EngineWindow).engine?.tellState(told), state);
}

/** The engine tells the page where the app is. */
export async function tellLocation(page: Page, location: AppLocation): Promise<void> {
  await engineOf(page);
  await page.evaluate((told) => (globalThis as EngineWindow).engine?.tellLocation(told), location);
}

const names: readonly BootStep["name"][] = ["session", "relay", "agent", "direct", "worker", "app"];
const times = [41, 36, 62, 184, 96, 230];

/** Boot steps of which the first `done` are done and the next one is as `next` says. */
export function bootSteps(done: number, next: BootStep["state"] = "waiting"): BootStep[] {
  return names.map((name, index) => {
    if (index < done) return { name, state: "done", tookMs: times[index] };
    return { name, state: index === done ? next : "waiting", tookMs: undefined };
  });
}
