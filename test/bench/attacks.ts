/**
 * What a hostile viewer costs an agent and its other viewers: floods of resets, a request at one byte every ten seconds, bytes
 * beyond every window. The agent is a process of its own and the hostile viewer a thread of its own; both viewers are the
 * conformance kit's, frame by frame.
 */
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { MessageChannel, Worker } from "node:worker_threads";
import { Program } from "../../deploy/local/program.ts";
import { AgentStage, type OpenedTunnel } from "../../protocol/conformance/src/agent-stage.ts";
import { exchange } from "../../protocol/conformance/src/exchange.ts";
import { meetAgent } from "../../protocol/conformance/src/kit.ts";
import { attackNames } from "./attacks/attack-kinds.ts";
import { shareSocket } from "./attacks/shared-socket.ts";
import { type BenchRow, percentile, rowOf } from "./row.ts";

const getsPerRun = 300;

/** Rows `attack` for each kind of attack: the other viewer's p99 (ratio to its own idle), and what the agent grew by. */
export async function measureAttacks(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "culvert-attacks-"));
  const script = new URL("../../peer-agent/src/cli/main.ts", import.meta.url).pathname;
  let agent: Program | undefined;
  const { stage, stop } = await meetAgent({
    ...{ host: "127.0.0.1", port: 0, appPort: 0, only: [], joinMs: 30_000, patienceMs: 30_000 },
    onListening: ({ port, appPort }) => {
      const server = `http://127.0.0.1:${port}`;
      const words = [
        "connect",
        String(appPort),
        "--server",
        server,
        "--code",
        "any",
        "--relay",
        "full",
        "--data",
        folder,
      ];
      agent = new Program({ name: "agent", args: [script, ...words] });
    },
  });
  const { near, attacker } = separate(stage);
  try {
    const pid = agent?.pid;
    if (pid === undefined) throw new Error("the agent did not start");
    const rows: BenchRow[] = [];
    for (const name of attackNames) rows.push(...(await measure(near, pid, name, attacker)));
    return rows;
  } finally {
    await attacker.terminate();
    await stop();
    await agent?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The measured viewer's stage, and the thread of the hostile one. */
function separate(stage: AgentStage): { readonly near: AgentStage; readonly attacker: Worker } {
  const { socket, seen, identityKey, noiseKey, serviceName, app, patienceMs } = stage.options;
  const { port1, port2 } = new MessageChannel();
  const near = new AgentStage({ ...stage.options, socket: shareSocket(socket, port1), app });
  const workerData = { port: port2, seen, identityKey, noiseKey, serviceName, patienceMs };
  const attacker = new Worker(new URL("attacks/attack-thread.ts", import.meta.url), {
    workerData,
    transferList: [port2],
  });
  return { near, attacker };
}

async function measure(stage: AgentStage, pid: number, name: string, attacker: Worker): Promise<BenchRow[]> {
  const other = await stage.open();
  await gets(other, getsPerRun);
  const idle = await gets(other, getsPerRun);
  const [before, cpuBefore] = [await residentMiB(pid), await cpuMs(pid)];
  let isOver = false;
  attacker.postMessage(name);
  const attacking = once(attacker, "message").finally(() => {
    isOver = true;
  });
  const under: number[] = [];
  let most = before;
  const startedMs = performance.now();
  while (!isOver || under.length < getsPerRun) {
    under.push(...(await gets(other, 20)));
    most = Math.max(most, await residentMiB(pid));
  }
  const [said] = (await attacking) as [{ fault?: string }];
  if (said.fault !== undefined) throw new Error(`${name}: ${said.fault}`);
  const busy = (await cpuMs(pid)) - cpuBefore;
  const share = Math.round((100 * busy) / (performance.now() - startedMs));
  stage.sweep();
  const labels = { bench: "attack", case: `${name}: another viewer's p99` };
  const [idleP99, underP99] = [percentile(idle, 0.99), percentile(under, 0.99)];
  return [
    {
      ...rowOf({ ...labels, unit: "ms", goal: "≤ 2" }, under),
      value: Number(underP99.toPrecision(4)),
      ratio: Number((underP99 / idleP99).toPrecision(3)),
      against: `idle p99 ${idleP99.toPrecision(3)} ms; the agent used ${share} % of a processor`,
    },
    rowOf({ bench: "attack", case: `${name}: the agent's memory grows by`, unit: "MiB" }, [most - before]),
    rowOf({ bench: "attack", case: `${name}: the agent's processor time`, unit: "ms" }, [busy]),
  ];
}

/** Times of small exchanges on a tunnel, ms. */
async function gets({ tunnel }: OpenedTunnel, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const startedMs = performance.now();
    await exchange(tunnel, "/small");
    times.push(performance.now() - startedMs);
    await setTimeout(2);
  }
  return times;
}

/** Resident memory of a process (Linux), MiB. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

/** Processor time of a process so far (Linux), ms. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // utime and stime, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
