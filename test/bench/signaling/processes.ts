/** The processes of a load test and what they weigh. Invariant: `stop` ends every one that was started here. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Order, Report } from "./clients-program.ts";

/** A server that answers. */
export interface BenchServer {
  readonly port: number;
  readonly origin: string;
  readonly signInLink: string;
  /** Resident memory now, bytes (proc(5), VmRSS). */
  rssBytes(): number;
}

export class BenchProcesses {
  readonly #children: ChildProcess[] = [];

  /** Starts server-program.ts and waits for its word. */
  async server(...args: string[]): Promise<BenchServer> {
    const child = fork(new URL("./server-program.ts", import.meta.url), args, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#children.push(child);
    const exited = once(child, "exit").then(() => Promise.reject(new Error("the server ended by itself")));
    const [word] = (await Promise.race([once(child, "message"), exited])) as [BenchServer];
    exited.catch(() => undefined);
    return { ...word, rssBytes: () => rssBytesOf(child.pid ?? 0) };
  }

  /** A process of clients; the returned function gives it an order and waits for its report. */
  clients(kind: string, port: number, host: string): (order: Order) => Promise<Report> {
    const program = new URL("./clients-program.ts", import.meta.url);
    const child = fork(program, [kind, String(port), host], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#children.push(child);
    return async (order) => {
      const answered = once(child, "message");
      child.send(order);
      const [report] = (await answered) as [Report];
      return report;
    };
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#children.splice(0).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, "exit");
        child.kill("SIGKILL");
        await exited;
      }),
    );
  }
}

function rssBytesOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) * 1024;
}

/** The value below which the given part of the numbers lies. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
