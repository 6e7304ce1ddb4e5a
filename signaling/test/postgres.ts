/**
 * A PostgreSQL of this machine for tests: a server of its own in a folder of its own. Invariant: what was started is
 * stopped and removed; where PostgreSQL is missing a test says so and does not pass.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import pg from "pg";

/** What brings PostgreSQL to a machine that has none. */
export const postgresCommand = "apt-get install postgresql";

/** A running server. */
export interface Postgres {
  /** Address of a database that exists. */
  readonly url: string;
  /** Makes an empty database and gives its address. */
  createDatabase(): Promise<string>;
  /** Runs SQL in the database at an address. */
  query(url: string, text: string): Promise<pg.QueryResult>;
  /** Ends the server's process at once; what it has acknowledged is on disk. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of PostgreSQL's programs; undefined where there is none. `POSTGRES_BIN` names another. */
export function findPostgres(): string | undefined {
  const chosen = process.env.POSTGRES_BIN;
  const installed = globSync("/usr/{lib/postgresql,pgsql,local/pgsql}{/*,}/bin").sort().reverse();
  const folders = [
    ...(chosen === undefined ? [] : [chosen]),
    ...installed,
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/**
 * True where tests on PostgreSQL run. Where it is missing they are skipped, and said and counted so; on CI, where a
 * machine has everything, they run and fail.
 */
export function hasPostgres(): boolean {
  if (findPostgres() !== undefined || ![undefined, "", "0", "false"].includes(process.env.CI)) return true;
  console.warn(`Tests on PostgreSQL are skipped: it is missing; to bring it: ${postgresCommand}`);
  return false;
}

/** Starts one; rejects where PostgreSQL is missing, with the command that brings it. */
export async function startPostgres(): Promise<Postgres> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error(`PostgreSQL is missing; to bring it: ${postgresCommand}`);
  const folder = mkdtempSync(join(tmpdir(), "culvert-postgres-"));
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? userNamed("postgres") : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const asUser = { ...user, cwd: folder };
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "culvert", "-A", "trust", "--no-sync", "-E", "UTF8"], {
    ...asUser,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const port = await freePort();
  const url = `postgres://culvert@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;
  let databases = 0;
  const query = async (at: string, text: string): Promise<pg.QueryResult> => {
    const client = new pg.Client({ connectionString: at });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await client.query(text);
    } finally {
      await client.end();
    }
  };
  const start = async (): Promise<void> => {
    const settings = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${folder}`];
    const args = ["-D", data, "-p", String(port), ...settings, "-c", "max_connections=100"];
    server = spawn(join(bin, "postgres"), args, { ...asUser, stdio: "ignore" });
    await answers(url, server);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, "exit");
    server.kill(signal);
    await exited;
  };
  await start();
  return {
    url,
    createDatabase: async () => {
      databases += 1;
      await query(url, `create database culvert_${databases}`);
      return `postgres://culvert@127.0.0.1:${port}/culvert_${databases}`;
    },
    query,
    kill: () => end("SIGQUIT"),
    start,
    stop: async () => {
      await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (thrown) {
      if (server.exitCode !== null || Date.now() > deadline) throw thrown;
      // It has no other sign of being ready than that it answers.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function userNamed(name: string): { uid: number; gid: number } {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`There is no user ${name}; to bring it: ${postgresCommand}`);
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
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
