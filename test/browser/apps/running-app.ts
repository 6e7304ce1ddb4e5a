/** An app's process on loopback. Invariant: it ends with `stop` or with this process, and its children with it. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { endInWords, Program } from "../../../deploy/local/program.ts";
import type { Place, RealApp } from "./real-app.ts";

const readyMs = 90_000;
const answerMs = 10_000;
const askAgainMs = 100;

/** An app that answers. */
export interface RunningApp extends Place {
  /** What it wrote lately, oldest line first. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** Starts an app on a free port with fresh data. Rejects with its own words where it does not come up. */
export async function runApp(app: RealApp, folder: string): Promise<RunningApp> {
  const dataFolder = mkdtempSync(join(tmpdir(), `culvert-app-${app.name}-`));
  const home = join(dataFolder, "home");
  mkdirSync(home);
  const place: Place = { folder, dataFolder, port: await freePort() };
  app.prepare?.(place);
  const { program, args, env, cwd = dataFolder } = app.command(place);
  const runner = new Program({
    name: app.name,
    args: [join(import.meta.dirname, "process-group.ts"), cwd, program, ...args],
    env: { HOME: home, SHELL: "/bin/bash", ...env },
  });
  const stop = async (): Promise<void> => {
    await runner.stop();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const gone = runner.ended.then((end) => {
      throw new Error(endInWords(end));
    });
    gone.catch(() => undefined);
    await Promise.race([whenReady(app, place.port, () => runner.lines), gone]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...place, lines: runner.lines, stop };
}

async function whenReady(app: RealApp, port: number, lines: () => readonly string[]): Promise<void> {
  const address = `http://127.0.0.1:${port}${app.readyPath}`;
  const untilMs = Date.now() + readyMs;
  for (;;) {
    const answer = await fetch(address, { signal: AbortSignal.timeout(answerMs) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (Date.now() > untilMs) throw new Error(`${app.name} is not ready:\n${lines().join("\n")}`);
    await setTimeout(askAgainMs);
  }
}

/** A port that was free a moment ago: apps take a number, not a listening socket. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
