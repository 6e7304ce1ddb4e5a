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

/** Exchanges per slice: before an attack, after it, and at least under it. */
const getsPerSlice = 600;

/** How often each attack is made, in turns with quiet slices and with the same attack on the neighbour. */
const turns = 3;

/** An agent in a process of its own, a viewer of it, and a thread that attacks it. */
interface Attacked {
  readonly stage: AgentStage;
  readonly attacker: Worker;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Samples of one kind of attack. */
interface Samples {
  readonly quiet: number[];
  readonly under: number[];
  /** While the neighbour is attacked the same way: what the machine and this process cost the measured viewer. */
  readonly beside: number[];
  grownMiB: number;
  cpuMs: number;
  lastedMs: number;
}

/**
 * Rows `attack` for each kind of attack: the other viewer's p99, as a ratio to quiet slices around it and as a ratio to the
 * same attack on a neighbouring agent (the share that is the agent's own), and what the agent grew by.
 */
export async function measureAttacks(): Promise<BenchRow[]> {
  const agent = await startAttacked();
  const neighbour = await startAttacked().catch(async (thrown: unknown) => {
    await agent.stop();
    throw thrown;
  });
  try {
    const rows: BenchRow[] = [];
    for (const name of attackNames) rows.push(...(await measure(agent, neighbour, name)));
    return rows;
  } finally {
    await agent.stop();
    await neighbour.stop();
  }
}

async function startAttacked(): Promise<Attacked> {
  const folder = await mkdtemp(join(tmpdir(), "culvert-attacks-"));
  const script = new URL("../../peer-agent/src/cli/main.ts", import.meta.url).pathname;
  let agent: Program | undefined;
  const { stage, stop } = await meetAgent({
    ...{ host: "127.0.0.1", port: 0, appPort: 0, only: [], joinMs: 30_000, patienceMs: 30_000 },
    onListening: ({ port, appPort }) => {
      const enrolment = ["--server", `http://127.0.0.1:${port}`, "--code", "any", "--data", folder];
      agent = new Program({
        name: "agent",
        args: [script, "connect", String(appPort), "--relay", "full", ...enrolment],
      });
    },
  });
  const { near, attacker } = separate(stage);
  const stopAll = async () => {
    await attacker.terminate();
    await stop();
    await agent?.stop();
    await rm(folder, { recursive: true, force: true });
  };
  if (agent?.pid === undefined) {
    await stopAll();
    throw new Error("the agent did not start");
  }
  return { stage: near, attacker, pid: agent.pid, stop: stopAll };
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

async function measure(agent: Attacked, neighbour: Attacked, name: string): Promise<BenchRow[]> {
  const samples: Samples = { quiet: [], under: [], beside: [], grownMiB: 0, cpuMs: 0, lastedMs: 0 };
  const other = await agent.stage.open();
  await gets(other, getsPerSlice);
  for (let turn = 0; turn < turns; turn += 1) {
    samples.quiet.push(...(await gets(other, getsPerSlice)));
    samples.beside.push(...(await underAttack(neighbour, name, () => gets(other, 20))));
    samples.quiet.push(...(await gets(other, getsPerSlice)));
    const [before, cpuBefore, startedMs] = [await residentMiB(agent.pid), await cpuMs(agent.pid), performance.now()];
    const slice = async () => {
      const times = await gets(other, 20);
      samples.grownMiB = Math.max(samples.grownMiB, (await residentMiB(agent.pid)) - before);
      return times;
    };
    samples.under.push(...(await underAttack(agent, name, slice)));
    samples.cpuMs += (await cpuMs(agent.pid)) - cpuBefore;
    samples.lastedMs += performance.now() - startedMs;
    if (samples.lastedMs > 60_000) break;
  }
  agent.stage.sweep();
  neighbour.stage.sweep();
  return rowsOf(name, samples);
}

/** What slices give while an agent is attacked, which is done again until there are enough. */
async function underAttack({ attacker }: Attacked, name: string, slice: () => Promise<number[]>): Promise<number[]> {
  const times: number[] = [];
  while (times.length < getsPerSlice) {
    let isOver = false;
    attacker.postMessage(name);
    const attacking = once(attacker, "message").finally(() => {
      isOver = true;
    });
    while (!isOver) times.push(...(await slice()));
    const [said] = (await attacking) as [{ fault?: string }];
    if (said.fault !== undefined) throw new Error(`${name}: ${said.fault}`);
  }
  return times;
}

function rowsOf(name: string, { quiet, under, beside, grownMiB, cpuMs, lastedMs }: Samples): BenchRow[] {
  const [quietP99, underP99, besideP99] = [quiet, under, beside].map((times) => percentile(times, 0.99)) as [
    number,
    number,
    number,
  ];
  const row = rowOf({ bench: "attack", case: `${name}: another viewer's p99`, unit: "ms" }, under);
  const value = Number(underP99.toPrecision(4));
  const ratioTo = (reference: number) => Number((underP99 / reference).toPrecision(3));
  const share = Math.round((100 * cpuMs) / lastedMs);
  return [
    {
      ...{ ...row, value, goal: "≤ 2", ratio: ratioTo(quietP99) },
      against: `quiet p99 ${quietP99.toPrecision(3)} ms; the agent used ${share} % of a processor`,
    },
    {
      ...{ ...row, value, ratio: ratioTo(besideP99) },
      against: `p99 ${besideP99.toPrecision(3)} ms while a neighbouring agent is attacked the same way`,
    },
    rowOf({ bench: "attack", case: `${name}: the agent's memory grows by`, unit: "MiB" }, [grownMiB]),
    rowOf({ bench: "attack", case: `${name}: the agent's processor time`, unit: "ms" }, [cpuMs]),
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
