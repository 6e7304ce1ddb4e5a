/** A NATS server of this machine for tests, on a port of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { delimiter, join } from "node:path";

/** What brings NATS to a machine that has none. */
export const natsCommand = "apt-get install nats-server";

/** A running server. */
export interface Nats {
  readonly url: string;
  /** Ends its process at once. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

/** The path of nats-server; undefined where there is none. `NATS_SERVER` names another. */
export function findNats(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/bin"];
  const places = [process.env.NATS_SERVER ?? "", ...folders.map((folder) => join(folder, "nats-server"))];
  return places.find((path) => path !== "" && existsSync(path));
}

/** True where tests on NATS run; see hasPostgres. */
export function hasNats(): boolean {
  if (findNats() !== undefined || ![undefined, "", "0", "false"].includes(process.env.CI)) return true;
  console.warn(`Tests on NATS are skipped: it is missing; to bring it: ${natsCommand}`);
  return false;
}

/** Starts one; rejects where NATS is missing, with the command that brings it. */
export async function startNats(): Promise<Nats> {
  const program = findNats();
  if (program === undefined) throw new Error(`NATS is missing; to bring it: ${natsCommand}`);
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawn(program, ["-a", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    await accepts(port, server);
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    start,
    kill: async () => {
      if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, "exit");
      server.kill("SIGKILL");
      await exited;
    },
  };
}

async function accepts(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (server.exitCode !== null) throw new Error(`nats-server ended with exit code ${server.exitCode}`);
    // It has no other sign of being ready than that it accepts.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
