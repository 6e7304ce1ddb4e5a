/** A database, iperf3 and a shell on the far side, and two ways to their ports on the near one: `culvert forward` and `ssh -L`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessTokenSchema } from "@culvert/protocol/signaling";
import { Installation } from "../../../signaling/test/installation.ts";
import { type Postgres, startPostgres } from "../../../signaling/test/postgres.ts";
import { RunningCommand } from "../../harness/running-command.ts";
import type { Way } from "./long-way.ts";
import { type RemoteShell, startRemoteShell } from "./remote-shell.ts";

/** Ports of the near side's loopback. */
export interface Ports {
  readonly iperf: number;
  readonly database: number;
  readonly shell: number;
}

/** What is measured. */
export interface ForwardStage {
  readonly culvert: Ports;
  readonly ssh: Ports;
  readonly shell: RemoteShell;
  /** The shortest query, as pgbench reads it. */
  readonly queryFile: string;
  close(): Promise<void>;
}

/** Starts everything on a way. `webrtc`: of agent and forward. */
export async function startForwardStage(way: Way, webrtc: "native" | "werift"): Promise<ForwardStage> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-forward-"));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    const database = await startPostgres();
    closing.push(() => database.stop());
    const installation = await Installation.start();
    closing.push(() => installation.end());
    const far = { iperf: await freePort(), database: databasePort(database), shell: await freePort() };
    await way.far.bringIn(far.database);
    for (const side of [way.near, way.far]) await side.bringIn(installation.port);
    const iperf = started([...way.far.within, "iperf3", "-s", "-B", "127.0.0.1", "-p", String(far.iperf)]);
    closing.push(() => ended(iperf));
    const shell = await startRemoteShell(way, far.shell);
    closing.push(() => shell.close());
    const culvert = await forwardAll({ way, webrtc, folder, far, installation, closing });
    const ssh = { iperf: await freePort(), database: await freePort(), shell: await freePort() };
    await shell.forward((["iperf", "database", "shell"] as const).map((name) => ({ near: ssh[name], far: far[name] })));
    const queryFile = join(folder, "query.sql");
    writeFileSync(queryFile, "select 1;\n");
    return { culvert, ssh, shell, queryFile, close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

interface Forwarding {
  readonly way: Way;
  readonly webrtc: "native" | "werift";
  readonly folder: string;
  readonly far: Ports;
  readonly installation: Installation;
  readonly closing: (() => unknown)[];
}

/** An agent on the far side, and a `culvert forward` for each service on the near one. */
async function forwardAll({ way, webrtc, folder, far, installation, closing }: Forwarding): Promise<Ports> {
  await installation.signIn();
  const made = await installation.asDashboard({ method: "POST", path: "/api/tokens", body: { label: "bench" } });
  const { token } = accessTokenSchema.parse(made.json);
  const { code } = await installation.server.createEnrolmentCode();
  const { dashboardOrigin } = installation.server;
  const services = Object.entries(far).map(([name, port]) => `  ${name}: {target: "tcp://localhost:${port}"}\n`);
  writeFileSync(join(folder, "culvert.yaml"), `webrtc: ${webrtc}\nlabel: bench\nservices:\n${services.join("")}`);
  const words = ["--config", join(folder, "culvert.yaml"), "--data", join(folder, "agent"), "--grace", "0"];
  const agent = new RunningCommand(["up", ...words, "--server", dashboardOrigin, "--code", code], {
    within: way.far.within,
  });
  closing.push(() => agent.stop());
  await agent.line("bench is online");
  const environment = { CULVERT_TOKEN: token, CULVERT_SERVER: dashboardOrigin };
  const forward = async (name: string): Promise<number> => {
    const own = ["--webrtc", webrtc, "--data", join(folder, `viewer-${name}`)];
    const command = new RunningCommand(["forward", `bench:${name}`, "0", ...own], {
      ...{ environment, within: way.near.within },
    });
    closing.push(() => command.stop());
    const line = await command.line("is on 127.0.0.1:");
    await command.line("is connected, direct");
    return Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
  };
  return { iperf: await forward("iperf"), database: await forward("database"), shell: await forward("shell") };
}

function databasePort({ url }: Postgres): number {
  return Number(new URL(url).port);
}

function started([program = "", ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: "ignore" });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** A port that is free here; namespaces are new and have all of them. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
