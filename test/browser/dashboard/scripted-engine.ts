/**
 * Takes the tunnel's place in the App View page: a script that shows the fake app and goes through the states that a
 * test names. The dashboard is built with it in place of `@culvert/browser-client`, and otherwise as it ships.
 */
import { join } from "node:path";
import type {
  AppFigures,
  AppLocation,
  AppSignInQuestion,
  AppTrouble,
  AppViewPath,
  AppViewState,
  BootStep,
  InspectedBatch,
  InspectedDetail,
} from "@culvert/browser-client";
import type { Page } from "playwright-core";
import { build, type Plugin } from "vite";
import { root } from "../../architecture/sources.ts";

/** What the page asked of the engine. */
export interface EngineRecord {
  readonly initialPath: string;
  readonly accountId: string;
  readonly isForeignOpening: boolean;
  readonly calls: readonly string[];
}

/** The app's origin hangs on the fixture's port, so the script takes it from the page's own address. */
const engineScript = `
import { TunnelError } from "@culvert/protocol";
const appOrigin = location.protocol + "//vite-aaaa." + location.host;
export const requirePin = async () => ({});
export const conflictingPins = async () => [];
export const pinOf = async () => undefined;
const absent = async () => {
  throw new Error("the scripted engine has no tunnel");
};
export {
  absent as acceptKey, absent as keepStorage, absent as markChecked, absent as newShareSecret,
  absent as provesServer, absent as shareCredentials,
};
export const keysForApproval = async () => ({ identityKey: "A".repeat(43), deviceKey: "B".repeat(43) });
export const approvalStringOf = async () => "k7xm-2qpa-mm3n-z5de";
export const markLocked = async () => {};
// The fixture answers in the agent's place.
export const openDesk = async ({ serverId }) => ({
  identityKey: "",
  ask: async (method, path, schema, body) => {
    const answer = await fetch("/scripted-desk/" + serverId + path, { method, ...(body && { body: JSON.stringify(body) }) });
    const json = await answer.json();
    if (!answer.ok) throw new TunnelError(json.error.code, json.error.message, { hint: json.error.hint });
    return schema.parse(json);
  },
  close: () => {},
});
export function openAppView(options) {
  const calls = [];
  let frame;
  const engine = {
    initialPath: options.initialPath, accountId: options.accountId, isForeignOpening: options.isForeignOpening, calls,
    tellState(state) {
      view.state = state;
      if (state.phase === "open" && !frame) {
        frame = document.createElement("iframe");
        frame.title = "App";
        frame.src = appOrigin;
        options.container.append(frame);
      }
      options.onState(state);
    },
    tellLocation: (location) => options.onLocation(location),
    tellIcon: (icon) => options.onIcon(icon),
    tellTrouble: (trouble) => options.onTrouble(trouble),
    tellSignIn: (questions) => options.onSignIn(questions),
    tellPaths: (paths) => options.onPaths(paths),
    tellFigures: (figures) => options.onFigures(figures),
    tellInspected: (batch) => {
      for (const { id, path } of batch.requests) pathsById.set(id, path);
      if (listener) listener(batch);
    },
    details: {},
  };
  let listener;
  const pathsById = new Map();
  const inspector = {
    watch: (wanted) => {
      calls.push("watch");
      listener = wanted;
      return () => {
        listener = undefined;
        calls.push("unwatch");
      };
    },
    detail: async (id) => ({ ...(engine.details[id] ?? engine.details.any), id, path: pathsById.get(id) }),
    keepBodies: (isWanted) => calls.push("keep bodies " + isWanted),
    clear: () => calls.push("clear"),
    replay: async (id) => {
      calls.push("repeat " + id);
      return id;
    },
  };
  const view = {
    state: undefined, appOrigin, inspector,
    navigate: (path) => calls.push("navigate " + path),
    reload: () => calls.push("reload"),
    retry: () => calls.push("retry"),
    answerSignIn: (questionId, answer) => calls.push("answer " + questionId + " " + JSON.stringify(answer)),
    close: () => calls.push("close"),
  };
  window.engine = engine;
  return view;
}`;

const scriptedEngine: Plugin = {
  name: "scripted-engine",
  enforce: "pre",
  resolveId: (source) => (source === "@culvert/browser-client" ? "\0scripted-engine" : undefined),
  load: (id) => (id === "\0scripted-engine" ? engineScript : undefined),
};

/** The dashboard's files, by their path on the site, with the scripted engine inside. */
export async function buildWithScriptedEngine(): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = join(root, "dashboard");
  // The test runner's own setting would give React's development build.
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  const built = await build({
    root: folder,
    configFile: join(folder, "vite.config.ts"),
    logLevel: "error",
    plugins: [scriptedEngine],
    build: { write: false },
  }).finally(() => {
    process.env.NODE_ENV = before;
  });
  const outputs = Array.isArray(built) ? built : [built];
  const files = new Map<string, Uint8Array>();
  for (const output of outputs) {
    if (!("output" in output)) throw new Error("the build watches instead of ending");
    for (const file of output.output)
      files.set(`/${file.fileName}`, Buffer.from(file.type === "chunk" ? file.code : file.source));
  }
  return files;
}

/** The page's engine, as a test's scripts reach it. */
export type EngineWindow = typeof globalThis & {
  readonly engine?: EngineRecord & {
    tellState(state: AppViewState): void;
    tellLocation(location: AppLocation): void;
    tellIcon(icon: string | undefined): void;
    tellTrouble(trouble: AppTrouble): void;
    tellSignIn(questions: readonly AppSignInQuestion[]): void;
    tellPaths(paths: readonly AppViewPath[]): void;
    tellFigures(figures: AppFigures): void;
    tellInspected(batch: InspectedBatch): void;
    /** By id; `any` for all others. */
    readonly details: Record<string, InspectedDetail>;
  };
};

/** Waits until the page has started its engine. */
export async function engineOf(page: Page): Promise<EngineRecord> {
  await page.waitForFunction(() => (globalThis as EngineWindow).engine !== undefined);
  return page.evaluate(() => {
    const engine = (globalThis as EngineWindow).engine;
    if (engine === undefined) throw new Error("no engine");
    const { initialPath, accountId, isForeignOpening } = engine;
    return { initialPath, accountId, isForeignOpening, calls: [...engine.calls] };
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

/** The engine tells the page the app's icon. */
export async function tellIcon(page: Page, icon: string | undefined): Promise<void> {
  await engineOf(page);
  await page.evaluate((told) => (globalThis as EngineWindow).engine?.tellIcon(told), icon);
}

/** The engine tells the page that something of the app does not work. */
export async function tellTrouble(page: Page, trouble: AppTrouble): Promise<void> {
  await engineOf(page);
  await page.evaluate((told) => (globalThis as EngineWindow).engine?.tellTrouble(told), trouble);
}

/** The engine tells the page what the app asks now. */
export async function tellSignIn(page: Page, questions: readonly AppSignInQuestion[]): Promise<void> {
  await engineOf(page);
  await page.evaluate((told) => (globalThis as EngineWindow).engine?.tellSignIn(told), questions);
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
