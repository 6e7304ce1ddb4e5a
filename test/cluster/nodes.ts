/**
 * Three signaling nodes as processes, on one PostgreSQL and one NATS, behind a balancer. Invariant: after `stop` nothing
 * of it is left.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program, type ProgramEnd } from "../../deploy/local/program.ts";
import { type Nats, startNats } from "../../signaling/test/nats.ts";
import { type Postgres, startPostgres } from "../../signaling/test/postgres.ts";
import { type Balancer, startBalancer } from "./balancer.ts";

const main = new URL("../../signaling/src/main.ts", import.meta.url).pathname;
const readyMs = 60_000;

/** Names of the nodes. */
export const nodeNames = ["a", "b", "c"] as const;
export type NodeName = (typeof nodeNames)[number];

/** A node that answers. */
export interface RunningNode {
  readonly program: Program;
  readonly port: number;
  /** Its name in the store. */
  readonly nodeId: string;
  readonly signInLink: string;
  readonly enrolmentCode: string;
}

export interface ClusterNodes {
  readonly origin: string;
  readonly postgres: Postgres;
  readonly databaseUrl: string;
  readonly nats: Nats;
  readonly balancer: Balancer;
  node(name: NodeName): RunningNode;
  /** Starts a node; its data folder and port are new, as those of a container. */
  start(name: NodeName, environment?: Readonly<Record<string, string>>): Promise<RunningNode>;
  /** Ends a node's process at once. */
  kill(name: NodeName): Promise<void>;
  /** Asks a node to end, and gives how it did. */
  drain(name: NodeName): Promise<ProgramEnd>;
  stop(): Promise<void>;
}

/** Starts all of it. Rejects in words where PostgreSQL or NATS is missing. */
export async function startClusterNodes(): Promise<ClusterNodes> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-cluster-"));
  const [postgres, nats, balancer] = await Promise.all([startPostgres(), startNats(), startBalancer()]);
  const databaseUrl = await postgres.createDatabase();
  const origin = `http://culvert.localhost:${balancer.port}`;
  const running = new Map<NodeName, RunningNode>();
  const programs = new Set<Program>();
  let starts = 0;
  let secrets: string | undefined;
  const point = () => balancer.pointAt(new Map([...running].map(([name, { port }]) => [name, port])));

  const start = async (name: NodeName, environment: Readonly<Record<string, string>> = {}): Promise<RunningNode> => {
    starts += 1;
    const data = join(folder, `${name}-${starts}`);
    const shared: Record<string, string> =
      secrets === undefined
        ? {}
        : {
            CULVERT_SIGNING_KEY_FILE: join(secrets, "signing-key.json"),
            CULVERT_COOKIE_SECRET_FILE: join(secrets, "cookie-secret"),
          };
    const program = new Program({
      name: `node ${name}`,
      args: [
        main,
        "serve",
        "--data",
        data,
        "--port",
        "0",
        "--origin",
        origin,
        "--no-stun",
        "--log-level",
        "info",
      ].concat(["--sign-in-link", "--enrolment-code", "--json"]),
      env: { CULVERT_DATABASE_URL: databaseUrl, CULVERT_NATS_URL: nats.url, ...shared, ...environment },
    });
    programs.add(program);
    const announced = await program.find(
      (line) => (line.startsWith('{"type":"listening"') ? JSON.parse(line) : undefined),
      AbortSignal.timeout(readyMs),
    );
    const listens = await program.find((line) => (line.includes("signaling listens") ? JSON.parse(line) : undefined));
    // The first node's secrets are everybody's.
    secrets ??= data;
    const node = {
      ...{ program, port: announced.port, nodeId: String(listens.nodeId) },
      signInLink: announced.signInLink.url,
      enrolmentCode: announced.enrolment.code,
    };
    running.set(name, node);
    point();
    return node;
  };
  const node = (name: NodeName): RunningNode => {
    const found = running.get(name);
    if (found === undefined) throw new Error(`node ${name} does not run`);
    return found;
  };
  const remove = (name: NodeName): Program => {
    const { program } = node(name);
    running.delete(name);
    point();
    return program;
  };
  const cluster: ClusterNodes = {
    ...{ origin, postgres, databaseUrl, nats, balancer, node, start },
    kill: async (name) => {
      await remove(name).kill();
    },
    drain: (name) => remove(name).stop(),
    stop: async () => {
      await Promise.all([...programs].map((program) => program.kill()));
      await balancer.close();
      await nats.kill();
      await postgres.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    for (const name of nodeNames) await start(name);
    return cluster;
  } catch (thrown) {
    await cluster.stop();
    throw thrown;
  }
}
