/** What a new user of the command line meets, in the order in which it is met, tried with the real programs. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accessTokenSchema } from "@culvert/protocol/signaling";
import { Installation } from "../../signaling/test/installation.ts";
import type { RunningCommand } from "../harness/running-command.ts";
import { ShellSession } from "./shell-session.ts";

/** One story and what the terminal showed. */
export interface ToldStory {
  readonly title: string;
  readonly text: string;
}

/** What stories are told on. */
interface Stage {
  readonly installation: Installation;
  readonly session: ShellSession;
  readonly folder: string;
  /** The dashboard's address. */
  readonly url: string;
  readonly app: Server;
  readonly appPort: string;
  readonly token: string;
}

const serverShown = "https://culvert.example";
const label = ["--label", "studio"] as const;
const otherVersion = fileURLToPath(new URL("./other-version.ts", import.meta.url));

/** Titles and stories, in order. */
export const stories: readonly (readonly [title: string, tell: (stage: Stage) => Promise<void>])[] = [
  ["The first connect", firstConnect],
  ["Asking the agent that runs", askTheAgent],
  ["The second connect", secondConnect],
  ["A wrong port", wrongPort],
  ["A wrong code", wrongCode],
  ["The target is down", targetDown],
  ["The server is offline", serverOffline],
  ["No network", noNetwork],
  ["A port is busy", portBusy],
  ["An agent of another version", otherVersions],
  ["Two agents with the same keys", secondStart],
  ["A fault in culvert.yaml", faultyConfig],
  ["Nothing runs", nothingRuns],
];

/** Tells them all. Needs root, for a network of its own where there is none. */
export async function tellStories(): Promise<readonly ToldStory[]> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-stories-"));
  const installation = await Installation.start();
  const app = createServer((_request, answer) => answer.end("app"));
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  const appPort = String((app.address() as AddressInfo).port);
  const url = installation.server.dashboardOrigin;
  const session = new ShellSession({ CULVERT_DATA: join(folder, "data") }, [
    [url, serverShown],
    [folder, "~"],
    [appPort, "5173"],
    [process.env.HOME ?? "~", "~"],
  ]);
  try {
    await installation.signIn();
    const made = await installation.asDashboard({ method: "POST", path: "/api/tokens", body: { label: "laptop" } });
    const { token } = accessTokenSchema.parse(made.json);
    const stage = { installation, session, folder, url, app, appPort, token };
    const told: ToldStory[] = [];
    for (const [title, tell] of stories) {
      await tell(stage);
      told.push({ title, text: session.take() });
    }
    return told;
  } finally {
    await session.end();
    app.close();
    await installation.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function connectAgain({ session, appPort }: Stage): RunningCommand {
  return session.start("connect 5173", ["connect", appPort]);
}

async function firstConnect({ installation, session, url, appPort }: Stage): Promise<void> {
  const command = session.start(`connect 5173 --server ${serverShown} --label studio`, [
    ...["connect", appPort, "--server", url],
    ...label,
  ]);
  const link = /http\S+/.exec(await command.line("/enrol#code="))?.[0] ?? "";
  session.keep(command);
  session.say("the owner opens the link, compares the fingerprint and approves");
  const body = { code: new URL(link).hash.slice("#code=".length) };
  await installation.asDashboard({ method: "POST", path: "/api/enrollments/requests/approve", body });
  await command.line("is online");
  session.keep(command);
  await session.interrupt(command);
}

async function askTheAgent(stage: Stage): Promise<void> {
  const { session } = stage;
  const command = session.start("connect 5173 &", ["connect", stage.appPort]);
  await command.line("is online");
  await session.run("status", ["status"]);
  await session.run("services --json", ["services", "--json"]);
  await session.run("logs --lines 3", ["logs", "--lines", "3"]);
  await session.run("open --print", ["open", "--print"]);
  await command.stop();
}

async function secondConnect(stage: Stage): Promise<void> {
  const command = connectAgain(stage);
  await command.line("is online");
  stage.session.keep(command);
  await stage.session.interrupt(command);
}

async function wrongPort({ session }: Stage): Promise<void> {
  await session.run("connect 99999", ["connect", "99999"]);
  await session.run("connect my-app", ["connect", "my-app"]);
}

async function wrongCode({ session, folder, url, appPort }: Stage): Promise<void> {
  const environment = { CULVERT_DATA: join(folder, "elsewhere") };
  const typed = `connect 5173 --server ${serverShown} --code AAAA-BBBB-CCCC`;
  await session.run(typed, ["connect", appPort, "--server", url, "--code", "AAAA-BBBB-CCCC"], { environment });
}

async function targetDown(stage: Stage): Promise<void> {
  const { session, app, appPort } = stage;
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
  const command = connectAgain(stage);
  await command.line("Nothing answers");
  await command.line("is online");
  session.keep(command);
  session.say("the app is started");
  app.listen(Number(appPort), "127.0.0.1");
  await command.line("answers on port");
  session.keep(command);
  await command.stop();
}

async function serverOffline(stage: Stage): Promise<void> {
  const { session, installation, url, folder, appPort } = stage;
  const command = connectAgain(stage);
  await command.line("is online");
  command.lines.length = 0;
  session.say("the server goes away while the agent runs");
  await installation.server.close();
  await command.line("cannot be reached");
  session.keep(command);
  const environment = { CULVERT_DATA: join(folder, "elsewhere") };
  session.say("in another terminal, a machine that is to be enrolled meanwhile");
  await session.run(`connect 5173 --server ${serverShown}`, ["connect", appPort, "--server", url], { environment });
  session.say("the server is back");
  command.lines.length = 0;
  await installation.restart();
  await command.line("is online");
  session.keep(command);
  await command.stop();
}

async function noNetwork({ session, folder }: Stage): Promise<void> {
  const environment = { CULVERT_DATA: join(folder, "elsewhere") };
  const within = ["unshare", "-n"];
  const args = ["connect", "5173", "--server", "https://culvert.example.net"];
  if (spawnSync("unshare", ["-n", "true"]).status !== 0) throw new Error("A network of its own needs root: unshare -n");
  await session.run("connect 5173 --server https://culvert.example.net", args, { environment, within });
  const doctor = ["doctor", "--server", "https://culvert.example.net"];
  await session.run("doctor --server https://culvert.example.net", doctor, { environment, within });
}

async function portBusy(stage: Stage): Promise<void> {
  const { session, url, folder, token } = stage;
  const other = createTcpServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(0, "127.0.0.1");
  await once(other, "listening");
  const port = String((other.address() as AddressInfo).port);
  const database = session.start("connect tcp://localhost:5432 --name db &", [
    "connect",
    `tcp://localhost:${port}`,
    "--name",
    "db",
  ]);
  await database.line("is online");
  const environment = { CULVERT_DATA: join(folder, "viewer"), CULVERT_TOKEN: token, CULVERT_SERVER: url };
  await session.run("forward studio:db 5432", ["forward", "studio:db", port], { environment });
  const forward = session.start("forward studio:db 15432", ["forward", "studio:db", "0"], { environment });
  const line = await forward.line("is on 127.0.0.1");
  const listening = /127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? "";
  forward.lines.splice(0, forward.lines.length, line.replace(listening, "15432"));
  session.keep(forward);
  session.rename(port, "5432");
  await session.interrupt(forward);
  await database.stop();
  other.close();
}

async function otherVersions({ session, appPort }: Stage): Promise<void> {
  const nowhere = { npm_config_registry: "http://127.0.0.1:9", npm_config_fetch_retries: "0" };
  await session.run("connect 5173", ["connect", appPort], {
    environment: { NODE_OPTIONS: `--import=${otherVersion}` },
  });
  await session.run("update --check", ["update", "--check"], { environment: nowhere });
}

async function secondStart(stage: Stage): Promise<void> {
  const { session } = stage;
  const first = session.start("connect 5173 &", ["connect", stage.appPort]);
  await first.line("is online");
  first.lines.length = 0;
  const second = connectAgain(stage);
  await second.line("is online");
  session.keep(second);
  session.say("the first one writes");
  await first.ended;
  session.keep(first);
  await second.stop();
}

async function faultyConfig({ session, folder }: Stage): Promise<void> {
  const path = join(folder, "culvert.yaml");
  writeFileSync(path, "services:\n  web:\n    target: 5173\n    polcy: {allow: {methods: [GET]}}\n");
  await session.run("up", ["up", "--config", path]);
  await session.run("config check", ["config", "check", "--config", path]);
}

async function nothingRuns({ session, folder }: Stage): Promise<void> {
  await session.run("status", ["status"]);
  await session.run("status", ["status"], { environment: { CULVERT_DATA: join(folder, "nowhere") } });
  await session.run("forward studio:db 15432", ["forward", "studio:db", "15432"]);
}
