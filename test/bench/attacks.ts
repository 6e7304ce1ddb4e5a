/**
 * What a hostile viewer costs an agent and its other viewers: floods of resets, a request at one byte every ten seconds, bytes
 * beyond every window. The agent is a process of its own; both viewers are the conformance kit's, frame by frame.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { codes } from "@culvert/protocol";
import type { Frame } from "@culvert/protocol/wire";
import { Program } from "../../deploy/local/program.ts";
import type { AgentStage, OpenedTunnel } from "../../protocol/conformance/src/agent-stage.ts";
import { exchange } from "../../protocol/conformance/src/exchange.ts";
import { meetAgent } from "../../protocol/conformance/src/kit.ts";
import { record, requestHead } from "../../protocol/conformance/src/records.ts";
import { patternBytes } from "../../protocol/conformance/src/target-app.ts";
import { type BenchRow, percentile, rowOf } from "./row.ts";

const floodStreams = 100_000;
const getsPerRun = 300;
const slowRequests = 90;
const slowMs = 25_000;
const overruns = 400;

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
  try {
    const pid = agent?.pid;
    if (pid === undefined) throw new Error("the agent did not start");
    const rows: BenchRow[] = [];
    for (const { name, attack } of attacks) rows.push(...(await measure(stage, pid, name, attack)));
    return rows;
  } finally {
    await stop();
    await agent?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** An attack runs until the signal; it resolves when it is over. */
type Attack = (stage: AgentStage, signal: AbortSignal) => Promise<void>;

const attacks: readonly { readonly name: string; readonly attack: Attack }[] = [
  { name: `${floodStreams} × open and reset`, attack: resetFlood },
  { name: `${slowRequests} requests, a byte each per 10 s`, attack: slowLoris },
  { name: `${overruns} windows overrun`, attack: windowOverruns },
];

async function measure(stage: AgentStage, pid: number, name: string, attack: Attack): Promise<BenchRow[]> {
  const other = await stage.open();
  await gets(other, getsPerRun);
  const idle = await gets(other, getsPerRun);
  const before = await residentMiB(pid);
  const over = new AbortController();
  let isOver = false;
  const attacking = attack(stage, over.signal).finally(() => {
    isOver = true;
  });
  const under: number[] = [];
  let most = before;
  while (!isOver || under.length < getsPerRun) {
    under.push(...(await gets(other, 20)));
    most = Math.max(most, await residentMiB(pid));
  }
  over.abort();
  await attacking;
  stage.sweep();
  const labels = { bench: "attack", case: `${name}: another viewer's p99` };
  const [idleP99, underP99] = [percentile(idle, 0.99), percentile(under, 0.99)];
  return [
    {
      ...rowOf({ ...labels, unit: "ms", goal: "≤ 2" }, under),
      value: Number(underP99.toPrecision(4)),
      ratio: Number((underP99 / idleP99).toPrecision(3)),
      against: `idle p99 ${idleP99.toPrecision(3)} ms`,
    },
    rowOf({ bench: "attack", case: `${name}: the agent's memory grows by`, unit: "MiB" }, [most - before]),
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

/** Opens as many streams as STREAMS allows, resets them at once, and again. */
async function resetFlood(stage: AgentStage): Promise<void> {
  const { tunnel, limits } = await stage.open();
  const bytes = requestHead("/flood");
  for (let opened = 0; opened < floodStreams; ) {
    const batch = Math.min(tunnel.streamsLimit - opened, limits.streams, floodStreams - opened);
    // One message for a whole batch: the cost of sealing here must not be taken for the agent's.
    const frames = Array.from({ length: batch }, (): Frame[] => {
      const id = tunnel.nextStreamId();
      tunnel.stream(id).sent = bytes.length + 1;
      return [
        { type: "stream", id, offset: 0, kind: "http", end: true, bytes },
        { type: "reset", id, kind: "http", code: codes.canceled.wire },
      ];
    });
    tunnel.first.send(...frames.flat());
    opened += batch;
    await tunnel.until("STREAMS", () => tunnel.streamsLimit > opened || opened >= floodStreams || undefined);
  }
  await tunnel.ping();
}

/** Bodies that come at one byte per ten seconds. */
async function slowLoris(stage: AgentStage, signal: AbortSignal): Promise<void> {
  const { tunnel } = await stage.open();
  const ids = Array.from({ length: slowRequests }, () => tunnel.nextStreamId());
  for (const id of ids) {
    tunnel.write(id, "http", requestHead(`/slow-${id}`, { method: "POST", hasBody: true }));
    tunnel.write(id, "http", record(3, Uint8Array.of(1), 1_000_000));
  }
  for (let passedMs = 0; passedMs < slowMs && !signal.aborted; passedMs += 10_000) {
    await setTimeout(Math.min(10_000, slowMs - passedMs));
    for (const id of ids) tunnel.write(id, "http", Uint8Array.of(1));
  }
}

/** Streams that are sent far beyond their windows, with nobody reading. */
async function windowOverruns(stage: AgentStage): Promise<void> {
  const { tunnel } = await stage.open();
  const bytes = patternBytes(1_000);
  for (let count = 0; count < overruns; count += 1) {
    const id = tunnel.nextStreamId();
    tunnel.write(id, "http", requestHead("/stalled", { method: "POST", hasBody: true }));
    for (let offset = 100_000; offset < 400_000; offset += 60_000) tunnel.write(id, "http", bytes, { offset });
    await tunnel.until("RESET", () => tunnel.stream(id).resets[0]);
  }
}

/** Resident memory of a process (Linux), MiB. */
async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
