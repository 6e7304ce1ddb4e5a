/**
 * `npm start`: a whole Culvert on this machine, as the processes that it consists of anywhere: signaling, an agent, and
 * the app behind it. Ctrl-C ends all of them; where one ends by itself the others are ended too, with its reason.
 */

import { existsSync } from "node:fs";
import { connect } from "node:net";
import { isAbsolute, join, relative, sep } from "node:path";
import { endInWords, type Program } from "./program.ts";
import { enrolledAt, startAgent, startShowcase, startSignaling } from "./programs.ts";
import { parseStartOptions, type StartOptions, usage } from "./start-options.ts";
import { goodbyeLine, welcomeLines } from "./welcome.ts";

const probeMs = 1_000;
const running: Program[] = [];
let isEnding = false;

/** Ends the programs, the last started first, and this process with them. */
async function end(exitCode: number, words: string): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  for (const program of running.toReversed()) await program.stop();
  (exitCode === 0 ? process.stdout : process.stderr).write(`${words}\n`);
  process.exitCode = exitCode;
}

/** Watches a program: its end is the end of all. */
function keep(program: Program): void {
  running.push(program);
  if (isEnding) void program.stop();
  void program.ended.then((programEnd) => end(1, `\n${endInWords(programEnd)}`));
}

async function start(options: StartOptions): Promise<void> {
  const startMs = performance.now();
  const dataFolder = join(options.dataFolder, "signaling");
  const agentFolder = join(options.dataFolder, "agent");
  const isNewAccount = !existsSync(dataFolder);
  const [signaling, showcase] = await Promise.all([
    startSignaling({
      dataFolder,
      port: options.port,
      nextFreePort: true,
      ...(options.appPorts === undefined ? {} : { appPorts: options.appPorts }),
      logLevel: "warn",
      onProgram: keep,
    }),
    options.appPort === undefined ? startShowcase({ onProgram: keep }) : undefined,
  ]);
  const appPort = options.appPort ?? showcase?.port ?? 0;
  const isEnrolled = !isNewAccount && enrolledAt(agentFolder) === signaling.dashboardOrigin;
  const { label } = await startAgent({
    dataFolder: agentFolder,
    dashboardOrigin: signaling.dashboardOrigin,
    enrolmentCode: isEnrolled ? undefined : signaling.enrolmentCode,
    appPort,
    serviceName: options.appPort === undefined ? "showcase" : "app",
    webrtc: options.webrtc,
    onProgram: keep,
  });
  const lines = welcomeLines({
    dashboardOrigin: signaling.dashboardOrigin,
    signInLink: signaling.signInLink,
    label,
    app: options.appPort === undefined ? "the showcase" : "your app",
    appPort,
    takenPort: signaling.port === options.port ? undefined : options.port,
    isAppSilent: !(await answers(appPort)),
    dataFolder: inWords(options.dataFolder),
    tookMs: performance.now() - startMs,
  });
  if (!isEnding) process.stdout.write(`${lines.join("\n")}\n`);
}

/** A folder as one types it here. */
function inWords(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path.startsWith("..") || isAbsolute(path) ? folder : `.${sep}${path}`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: probeMs });
    const settle = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.on("connect", () => settle(true));
    socket.on("error", () => settle(false));
    socket.on("timeout", () => settle(false));
  });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0, goodbyeLine()));

try {
  const options = parseStartOptions(process.argv.slice(2));
  if (options === "help") console.log(usage);
  else await start(options);
} catch (error) {
  await end(1, `\n${error instanceof Error ? error.message : String(error)}\n`);
}
