/**
 * Memory that only one process holds, as Linux tells it: what it has written and cannot give back, in RAM or swapped out.
 * The resident set would count pages of shared libraries and of files, which come and go with nothing allocated; a heap's
 * own figures would leave out what lies outside of it, as the buffers between processes. NaN on other systems.
 */
import { readFileSync } from "node:fs";
import { descendants } from "./process-usage.ts";

const kibibyte = 1024;

/** One process of a browser, and what it holds. */
export interface HeldMemory {
  readonly id: number;
  /** `browser`, or the `--type` that Chromium started it with: `renderer`, `utility` … */
  readonly type: string;
  readonly bytes: number;
}

/** All processes of a browser, by their first one's id. */
export function heldMemory(browserId: number): HeldMemory[] {
  return descendants(browserId).flatMap((id) => {
    const sizes = read(`/proc/${id}/smaps_rollup`);
    if (sizes === "") return [];
    const [, type = "browser"] = /--type=(\S+)/.exec(read(`/proc/${id}/cmdline`).replaceAll("\0", " ")) ?? [];
    // Pss_Shmem: each process's part of the memory that Chromium shares between its own.
    const bytes = ["Pss_Anon", "Pss_Shmem", "SwapPss"].reduce((sum, name) => sum + sizeOf(sizes, name), 0);
    return [{ id, type, bytes }];
  });
}

function sizeOf(sizes: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(sizes)?.[1] ?? 0) * kibibyte;
}

/** Empty where the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
