/**
 * `npm run bench:signaling`: what one node bears, beside bare ws as the limit. Idle agents and their memory, how fast a
 * presence reaches a list, sessions created, agents that all come back. `--agents`, `--storm`, `--json`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { idleMemory, reconnectStorm } from "./connections.ts";
import { presenceLatency, sessionCreations, signedInOwner } from "./dashboard.ts";
import { BenchProcesses } from "./processes.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "10000" },
    storm: { type: "string", default: "5000" },
    json: { type: "boolean", default: false },
  },
});
const agents = Number(values.agents);
const storm = Math.min(agents, Number(values.storm));
/** Machines of the owner's own, whose presence is watched. */
const owned = 100;
const figures: Record<string, number> = {};
const say = (words: string, fields: Record<string, number>): void => {
  Object.assign(figures, fields);
  if (!values.json) console.log(words);
};

const folder = mkdtempSync(join(tmpdir(), "culvert-bench-"));
const processes = new BenchProcesses();
try {
  const bare = await processes.server("bare");
  const bareIdle = await idleMemory(processes, "bare", bare, agents);
  say(`bare ws: ${kib(bareIdle.bytesEach)} of memory for each of ${agents} connections`, {
    bareBytesEach: bareIdle.bytesEach,
  });
  const bareStorm = await reconnectStorm(bareIdle.clients, storm);
  say(`bare ws: ${storm} came back in 30 s, ${bareStorm.failed} failed, p99 ${ms(bareStorm.p99Ms)}`, {
    bareStormFailed: bareStorm.failed,
    bareStormP99Ms: bareStorm.p99Ms,
  });
  await processes.stop();

  await processes.server("seed", folder, String(agents), String(owned)).catch(() => undefined);
  const server = await processes.server("serve", folder);
  const idle = await idleMemory(processes, "agents", server, agents);
  say(`culvert: ${kib(idle.bytesEach)} of memory for each of ${agents} idle agents, ${idle.failed} failed to attach`, {
    bytesEach: idle.bytesEach,
    attachFailed: idle.failed,
    rssMiB: server.rssBytes() / 1024 ** 2,
  });
  say(`culvert: they attached ${Math.round(idle.perSecond)} a second`, { attachedPerSecond: idle.perSecond });
  const owner = await signedInOwner(server);
  const latency = await presenceLatency(owner, idle.clients, owned);
  say(`culvert: a presence is in the list after p50 ${ms(latency.p50Ms)}, p99 ${ms(latency.p99Ms)}`, {
    presenceP50Ms: latency.p50Ms,
    presenceP99Ms: latency.p99Ms,
  });
  const created = await sessionCreations(owner, owned);
  say(`culvert: ${Math.round(created.perSecond)} sessions created a second, ${created.failed} failed`, {
    sessionsPerSecond: created.perSecond,
    sessionsFailed: created.failed,
  });
  const back = await reconnectStorm(idle.clients, storm);
  say(`culvert: ${storm} agents came back in 30 s, ${back.failed} failed, p99 ${ms(back.p99Ms)}`, {
    stormFailed: back.failed,
    stormP99Ms: back.p99Ms,
  });
  if (values.json) console.log(JSON.stringify(figures));
  const isMissed = idle.failed + back.failed + created.failed > 0 || idle.bytesEach > 20 * 1024;
  process.exitCode = isMissed ? 1 : 0;
} finally {
  await processes.stop();
  rmSync(folder, { recursive: true, force: true });
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
