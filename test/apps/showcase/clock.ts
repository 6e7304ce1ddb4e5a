/** Server-sent events: the time on this machine and what the process uses, once a second. */
import type { Exchange } from "./exchange.ts";

const leastPeriodMs = 20;
const defaultPeriodMs = 1_000;

/** One event's data. */
export interface Tick {
  /** ms since 1970. */
  readonly timeMs: number;
  /** Bytes of memory that this process holds. */
  readonly memoryBytes: number;
  /** CPU time since the last event, as a share of one core. */
  readonly cpuShare: number;
}

/** Streams ticks until the reader leaves. `?everyMs=`: the period. Ids count on from Last-Event-ID. */
export function streamClock({ request, response, url }: Exchange): void {
  const periodMs = Math.max(leastPeriodMs, Number(url.searchParams.get("everyMs")) || defaultPeriodMs);
  let id = Number(request.headers["last-event-id"]) || 0;
  let cpu = process.cpuUsage();
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.write("retry: 1000\n\n");
  const send = (): void => {
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    id += 1;
    const tick: Tick = {
      timeMs: Date.now(),
      memoryBytes: process.memoryUsage.rss(),
      cpuShare: (used.user + used.system) / 1_000 / periodMs,
    };
    response.write(`id: ${id}\nevent: tick\ndata: ${JSON.stringify(tick)}\n\n`);
  };
  send();
  const timer = setInterval(send, periodMs);
  response.on("close", () => clearInterval(timer));
}
