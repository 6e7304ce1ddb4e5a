/** A real coturn with the configuration that deploy/ ships, on a free port of this machine, for a test. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const configuration = fileURLToPath(new URL("../../deploy/coturn/turnserver.conf", import.meta.url));

/** A coturn that answers. */
export interface Coturn {
  readonly port: number;
  stop(): Promise<void>;
}

/** What brings coturn to a machine that has none. */
export const coturnCommand = "apt-get install coturn";

/** Its server program; undefined where there is none. */
export function findCoturn(): string | undefined {
  return spawnSync("turnserver", ["--version"]).error === undefined ? "turnserver" : undefined;
}

/** True where tests on coturn run; see hasPostgres. */
export function hasCoturn(): boolean {
  if (findCoturn() !== undefined || ![undefined, "", "0", "false"].includes(process.env.CI)) return true;
  console.warn(`Tests on coturn are skipped: it is missing; to bring it: ${coturnCommand}`);
  return false;
}

/** Starts it; rejects where coturn is missing, with the command that brings it. */
export async function startCoturn(secret: string): Promise<Coturn> {
  const program = findCoturn();
  if (program === undefined) throw new Error(`coturn is missing; to bring it: ${coturnCommand}`);
  const folder = mkdtempSync(join(tmpdir(), "culvert-coturn-"));
  const port = await freeUdpPort();
  const server = spawn(
    program,
    [
      ...["-c", configuration, "--static-auth-secret", secret, "--realm", "culvert.example"],
      ...["--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port", String(port)],
      ...["--log-file", "stdout", "--simple-log", "--pidfile", join(folder, "pid"), "--userdb", join(folder, "db")],
      // UDP alone: another program may have the TCP port of this number, which coturn would wait for.
      ...["--no-tcp", "--no-tls", "--no-dtls"],
    ],
    { stdio: ["ignore", "pipe", "pipe"], cwd: folder },
  );
  await listens(server, port);
  return {
    port,
    stop: async () => {
      const gone = once(server, "exit");
      server.kill("SIGTERM");
      const killing = setTimeout(() => server.kill("SIGKILL"), 5_000);
      await gone;
      clearTimeout(killing);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It says nothing when it is ready, so it is asked until it answers (a STUN binding request). */
async function listens(server: ChildProcess, port: number): Promise<void> {
  const said: string[] = [];
  for (const output of [server.stdout, server.stderr]) {
    if (output !== null) createInterface({ input: output }).on("line", (line) => said.push(line));
  }
  const asking = createSocket("udp4");
  const request = Buffer.from("000100002112a442b7e7a701bc34d686fa87dfae", "hex");
  const timer = setInterval(() => asking.send(request, port, "127.0.0.1"), 50);
  const answered = once(asking, "message");
  const ended = once(server, "exit").then(([code]) => {
    throw new Error(`coturn ended (${code}): ${said.slice(-20).join("\n")}`);
  });
  ended.catch(() => undefined);
  try {
    await Promise.race([answered, ended]);
  } finally {
    clearInterval(timer);
    asking.close();
  }
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}
