/** Connections that idle, and connections that all come back: the same on the real server and on bare ws. */
import type { Order, Report } from "./clients-program.ts";
import { type BenchProcesses, type BenchServer, quantile } from "./processes.ts";

/** Agents of one client process; several processes, so that none is what limits. */
const clientProcesses = 2;
const atOnce = 50;
/** Time for what connecting has left behind to be collected. */
const settleMs = 10_000;
const stormMs = 30_000;

/** Some clients, and the numbers of their machines. */
export interface Clients {
  readonly from: number;
  readonly count: number;
  order(order: Order): Promise<Report>;
}

/** Opens connections and weighs the server before and after. */
export async function idleMemory(
  processes: BenchProcesses,
  kind: "bare" | "agents",
  server: BenchServer,
  count: number,
) {
  const host = server.origin === undefined ? "127.0.0.1" : new URL(server.origin).host;
  const clients: Clients[] = Array.from({ length: clientProcesses }, (_, index) => {
    const from = Math.floor((count * index) / clientProcesses);
    const to = Math.floor((count * (index + 1)) / clientProcesses);
    return { from, count: to - from, order: processes.clients(kind, server.port, host) };
  });
  await wait(1_000);
  const beforeBytes = server.rssBytes();
  const startMs = performance.now();
  const reports = await Promise.all(
    clients.map(({ from, count: own, order }) => order({ type: "open", from, count: own, atOnce })),
  );
  const tookMs = performance.now() - startMs;
  await wait(settleMs);
  return {
    clients,
    bytesEach: (server.rssBytes() - beforeBytes) / count,
    failed: reports.reduce((total, { failed }) => total + failed, 0),
    perSecond: (count / tookMs) * 1_000,
  };
}

/** So many lose their connection at once and come back within 30 s. */
export async function reconnectStorm(clients: readonly Clients[], count: number) {
  const total = clients.reduce((sum, { count: own }) => sum + own, 0);
  const reports = await Promise.all(
    clients.map(({ from, count: own, order }) =>
      order({ type: "storm", from, count: Math.round((count * own) / total), overMs: stormMs }),
    ),
  );
  return {
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    p99Ms: quantile(
      reports.flatMap(({ tookMs }) => tookMs),
      0.99,
    ),
  };
}

function wait(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
