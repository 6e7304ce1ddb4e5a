/**
 * Two network namespaces that reach each other over an impaired link alone, for TCP and UDP alike. Needs root, iproute2 and
 * socat. Invariant: after `close` nothing of it is left; nothing outside the namespaces is changed.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { LinkConditions } from "../../network/link-conditions.ts";

/** One side of a way. */
export interface Side {
  /** A program and its words that run what follows there; none for this machine itself. */
  readonly within: readonly string[];
  /** Where the other side reaches it. */
  readonly address: string;
  /** Makes a port of this machine's loopback one of the side's loopback, past the link. */
  bringIn(port: number): Promise<void>;
}

/** A way that stands. */
export interface Way {
  readonly near: Side;
  readonly far: Side;
  close(): Promise<void>;
}

/** No way at all: both sides are this machine. */
export function loopbackWay(): Way {
  const side: Side = { within: [], address: "127.0.0.1", bringIn: async () => {} };
  return { near: side, far: side, close: async () => {} };
}

/** A way with a link in it. */
export async function longWay(conditions: Partial<LinkConditions>): Promise<Way> {
  const folder = mkdtempSync(join(tmpdir(), "culvert-way-"));
  const processes: ChildProcess[] = [];
  const worker = new Worker(new URL("packet-link.ts", import.meta.url), { workerData: { conditions } });
  const names = ["near", "far"].map((name) => `culvert-${name}-${process.pid}`);
  const run = (program: string, ...args: readonly string[]) => {
    const child = spawn(program, args, { stdio: "ignore" });
    processes.push(child);
    return child;
  };
  const close = async (): Promise<void> => {
    for (const child of processes.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    for (const name of names) {
      try {
        execFileSync("ip", ["netns", "delete", name], { stdio: "ignore" });
      } catch {
        // It was never made.
      }
    }
    await worker.terminate();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [ports] = (await once(worker, "message")) as [number[]];
    const sides = [];
    for (const [index, name] of names.entries()) {
      const address = `10.77.${process.pid % 250}.${index + 1}`;
      const device = `cv${index}-${process.pid}`;
      execFileSync("ip", ["netns", "add", name]);
      run("socat", `TUN,tun-name=${device},iff-no-pi`, `UDP:127.0.0.1:${ports[index]}`);
      await until(() => existsSync(`/sys/class/net/${device}`));
      execFileSync("ip", ["link", "set", device, "netns", name]);
      const ip = (...words: readonly string[]) => execFileSync("ip", ["-n", name, ...words]);
      ip("addr", "add", `${address}/30`, "dev", device);
      ip("link", "set", device, "mtu", "1400", "up");
      ip("link", "set", "lo", "up");
      const within = ["ip", "netns", "exec", name];
      const bringIn = async (port: number) => {
        const path = join(folder, `${name}-${port}`);
        run("socat", `UNIX-LISTEN:${path},fork`, `TCP:127.0.0.1:${port},nodelay`);
        await until(() => existsSync(path));
        const [program = "", ...words] = within;
        const listening = `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay`;
        run(program, ...words, "socat", listening, `UNIX-CONNECT:${path}`);
        await until(() => execFileSync("ip", ["netns", "exec", name, "ss", "-Hltn"]).includes(`:${port} `));
      };
      sides.push({ within, address, bringIn });
    }
    const [near, far] = sides;
    if (near === undefined || far === undefined) throw new Error("two sides were made");
    // Each end is known to the link from its first packet on.
    await until(() => isReached(near, far) && isReached(far, near));
    return { near, far, close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

/** A port where nobody listens is refused by who is there, and by nobody else. */
const refusal = `require("node:net").connect(Number(process.argv[2]), process.argv[1])
  .setTimeout(3_000, () => process.exit(1))
  .on("error", ({ code }) => process.exit(code === "ECONNREFUSED" ? 0 : 1));`;

function isReached(from: Side, to: Side): boolean {
  const [program = "", ...words] = from.within;
  const asking = [...words, process.execPath, "-e", refusal, to.address, "9"];
  return spawnSync(program, asking, { stdio: "ignore" }).status === 0;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 300) throw new Error("the way does not come up");
    await setTimeout(50);
  }
}
