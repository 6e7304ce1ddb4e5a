/**
 * Chromium with as little debugger as possible: attached to the page and its frames, never to a service worker. A worker
 * that a debugger is attached to is started and kept differently, so what an idle one does shows only here.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { WebSocket } from "ws";
import { findChromium } from "../provision/chromium.ts";
import { browserEnvironment, browserFlags } from "./chromium-flags.ts";

/** Service workers have so long to stop, and are told again so often. */
const stopWorkersMs = 10_000;
const stopAgainMs = 50;

type Fields = Readonly<Record<string, unknown>>;

/** A page that is told what to do by expressions. */
export interface BarePage {
  /** Chromium's first process; every other is below it. */
  readonly pid: number;
  /** The value of an expression in the page's own document, promises awaited. */
  evaluate(expression: string): Promise<unknown>;
  /** The same in the first frame whose address fits; undefined where there is none yet. */
  evaluateInFrame(fits: (url: URL) => boolean, expression: string): Promise<unknown>;
  /** Opens another tab of the same profile; returns what evaluates in it. */
  openTab(url: string): Promise<(expression: string) => Promise<unknown>>;
  /** Stops every service worker, as the browser does with idle ones. */
  stopServiceWorkers(): Promise<void>;
  /** What the heaps of all documents and workers whose type and address fit use, after a collection, buffers included. */
  heapBytes(fits: (type: string, url: string) => boolean): Promise<number>;
  /** The commands of the whole browser, by the names of the DevTools protocol. */
  command(method: string, parameters: Fields): Promise<Fields>;
  /** Calls `listener` with the parameters of each event of the whole browser that has this name. */
  onEvent(method: string, listener: (parameters: Fields) => void): void;
  /** Ends Chromium in order, so that its profile is whole on disk. */
  quit(): Promise<void>;
  /** Ends Chromium at once, and with it a profile that was its own. */
  close(): Promise<void>;
}

/** How a page is opened. */
export interface BarePageOptions {
  /** Runs in each document of the page before its own. */
  readonly firstScript?: string;
  /** A profile's folder that stays; a fresh one where it is left out. */
  readonly profile?: string;
  /** Added to those of every test. */
  readonly flags?: readonly string[];
}

/** Starts Chromium and opens an address. */
export async function openBarePage(url: string, options: BarePageOptions = {}): Promise<BarePage> {
  const { firstScript, flags = [] } = options;
  const executable = findChromium();
  if (executable === undefined) throw new Error("Chromium is missing; run the browser tests by npm test.");
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), "culvert-profile-"));
  const ownFlags = ["--remote-debugging-port=0", `--user-data-dir=${profile}`];
  const child = spawn(executable, [...browserFlags, ...flags, ...ownFlags], {
    stdio: ["ignore", "ignore", "pipe"],
    env: browserEnvironment,
  });
  const ended = once(child, "exit");
  const address = await new Promise<string>((resolve, reject) => {
    child.once("exit", () => reject(new Error("Chromium ended at its start.")));
    createInterface({ input: child.stderr }).on("line", (line) => {
      const match = /^DevTools listening on (ws:\S+)$/.exec(line);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
  });
  const connection = await connectTo(address);
  const { targetId } = await connection.send("Target.createTarget", {
    url: firstScript === undefined ? url : "about:blank",
  });
  const { sessionId } = await connection.send("Target.attachToTarget", { targetId, flatten: true });
  const session = String(sessionId);
  // Frames of other origins are targets of their own; service workers are left alone.
  await connection.send(
    "Target.setAutoAttach",
    { autoAttach: true, waitForDebuggerOnStart: false, flatten: true, filter: [{ type: "iframe" }, { exclude: true }] },
    session,
  );
  await connection.send("ServiceWorker.enable", {}, session);
  if (firstScript !== undefined) {
    await connection.send("Page.enable", {}, session);
    await connection.send("Page.addScriptToEvaluateOnNewDocument", { source: firstScript }, session);
    await connection.send("Page.navigate", { url }, session);
  }

  const evaluate = async (expression: string, inSession: string): Promise<unknown> => {
    const parameters = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await connection.send("Runtime.evaluate", parameters, inSession);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value?: unknown }).value;
  };
  return {
    pid: child.pid ?? Number.NaN,
    evaluate: (expression) => evaluate(expression, session),
    evaluateInFrame: async (fits, expression) => {
      const { targetInfos } = await connection.send("Target.getTargets", {});
      const frames = targetInfos as readonly { targetId: string; type: string; url: string }[];
      const frame = frames.find(
        ({ type, url: frameUrl }) => type === "iframe" && URL.canParse(frameUrl) && fits(new URL(frameUrl)),
      );
      const frameSession = connection.sessions.get(frame?.targetId ?? "");
      return frameSession === undefined ? undefined : evaluate(expression, frameSession);
    },
    openTab: async (tabUrl) => {
      const tab = await connection.send("Target.createTarget", { url: tabUrl });
      const attached = await connection.send("Target.attachToTarget", { targetId: tab.targetId, flatten: true });
      return (expression) => evaluate(expression, String(attached.sessionId));
    },
    stopServiceWorkers: async () => {
      const running = async (): Promise<readonly string[]> => {
        await connection.send("ServiceWorker.stopAllWorkers", {}, session);
        return [...connection.workers.values()].filter((status) => status !== "stopped");
      };
      // A request of the page may start one again, so they are stopped until they are.
      const untilMs = Date.now() + stopWorkersMs;
      for (let left = await running(); left.length > 0; left = await running()) {
        if (Date.now() > untilMs) throw new Error(`${left.length} service workers do not stop`);
        await setTimeout(stopAgainMs);
      }
      if (connection.workers.size === 0) throw new Error("no service worker is known that could be stopped");
    },
    heapBytes: async (fits) => {
      const { targetInfos } = await connection.send("Target.getTargets", {});
      const targets = targetInfos as readonly { targetId: string; type: string; url: string }[];
      let bytes = 0;
      for (const { targetId } of targets.filter((target) => fits(target.type, target.url))) {
        const attached = await connection.send("Target.attachToTarget", { targetId, flatten: true });
        const inTarget = String(attached.sessionId);
        await connection.send("HeapProfiler.collectGarbage", {}, inTarget);
        const used = await connection.send("Runtime.getHeapUsage", {}, inTarget);
        bytes += Number(used.usedSize) + Number(used.embedderHeapUsedSize) + Number(used.backingStorageSize);
        await connection.send("Target.detachFromTarget", { sessionId: inTarget });
      }
      return bytes;
    },
    command: (method, parameters) => connection.send(method, parameters),
    onEvent: (method, listener) => connection.listen(method, listener),
    quit: async () => {
      // The connection may end before the answer comes.
      void connection.send("Browser.close", {});
      await ended;
    },
    close: async () => {
      connection.close();
      child.kill("SIGKILL");
      await ended;
      if (options.profile === undefined) rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * The DevTools protocol over one WebSocket: calls with ids, the sessions of attached targets by target, and the running
 * status of service workers by version.
 */
async function connectTo(address: string): Promise<{
  readonly sessions: ReadonlyMap<string, string>;
  readonly workers: ReadonlyMap<string, string>;
  send(method: string, parameters: Fields, sessionId?: string): Promise<Fields>;
  listen(method: string, listener: (parameters: Fields) => void): void;
  close(): void;
}> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await once(socket, "open");
  const waiting = new Map<number, { resolve(result: Fields): void; reject(error: Error): void }>();
  const sessions = new Map<string, string>();
  const workers = new Map<string, string>();
  const listeners = new Map<string, (parameters: Fields) => void>();
  let lastId = 0;
  socket.on("message", (data) => {
    const message = JSON.parse(String(data));
    if (message.method === "Target.attachedToTarget") {
      sessions.set(message.params.targetInfo.targetId, message.params.sessionId);
    }
    if (message.method === "ServiceWorker.workerVersionUpdated") {
      for (const { versionId, runningStatus } of message.params.versions) workers.set(versionId, runningStatus);
    }
    listeners.get(message.method)?.(message.params);
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result);
    else call?.reject(new Error(JSON.stringify(message.error)));
  });
  return {
    sessions,
    workers,
    send: (method, params, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        socket.send(JSON.stringify({ id: lastId, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
      }),
    listen: (method, listener) => void listeners.set(method, listener),
    close: () => socket.terminate(),
  };
}
