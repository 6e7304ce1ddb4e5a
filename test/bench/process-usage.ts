/** What processes have used, as Linux tells it in /proc; NaN on other systems. */
import { readdirSync, readFileSync } from "node:fs";

/** proc_pid_stat(5): times are in clock ticks, which are 10 ms on every Linux that Node runs on. */
const tickMs = 10;

interface ProcessStat {
  readonly parentId: number;
  readonly processorMs: number;
}

/** Ids of a process and of all below it whose command line holds some text. */
export function descendants(rootId: number, commandPart = ""): number[] {
  const stats = new Map(processIds().map((id) => [id, statOf(id)]));
  const isBelow = (id: number): boolean => {
    for (let at: number | undefined = id; at !== undefined && at > 1; at = stats.get(at)?.parentId) {
      if (at === rootId) return true;
    }
    return false;
  };
  return [...stats.keys()].filter((id) => isBelow(id) && read(`/proc/${id}/cmdline`).includes(commandPart));
}

/** Processor time that living processes have used, user and system, all threads. */
export function processorMs(ids: readonly number[]): number {
  return sum(ids.map((id) => statOf(id)?.processorMs ?? 0));
}

/** Memory that processes hold in RAM, in bytes. */
export function residentBytes(ids: readonly number[]): number {
  return sum(ids.map((id) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${id}/status`))?.[1] ?? 0) * 1024));
}

function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function statOf(id: number): ProcessStat | undefined {
  // The name in brackets may hold anything: fields are counted from its end.
  const fields = read(`/proc/${id}/stat`).split(") ").at(-1)?.split(" ") ?? [];
  const [, parentId, userTicks, systemTicks] = [fields[0], fields[1], fields[11], fields[12]].map(Number);
  if (parentId === undefined || userTicks === undefined || systemTicks === undefined) return undefined;
  return { parentId, processorMs: (userTicks + systemTicks) * tickMs };
}

/** Empty where the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function sum(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((total, value) => total + value, 0);
}
