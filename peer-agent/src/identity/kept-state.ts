/**
 * State that an agent keeps between runs and that its command line changes meanwhile: one JSON file each.
 * Invariant: changes happen one after the other, also between processes; a change that was given out is on disk.
 */

import { unwatchFile, watchFile } from "node:fs";
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { TunnelError } from "@culvert/protocol";
import type { z } from "zod";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";

/** A process that holds the lock for longer has died. */
const staleLockMs = 10_000;
const lockRetryMs = 20;
/** How often the file is looked at for changes by others: a revocation takes effect within it. */
const watchIntervalMs = 1_000;

/** What is kept. */
export interface KeptState<State> {
  read(): Promise<State>;
  /** Replaces the state by what `change` makes of it, and gives it; the same object changes nothing. */
  update(change: (state: State) => State | Promise<State>): Promise<State>;
  /** Calls `listener` when the state may have changed, by whomever; ends with the returned function. */
  watch(listener: () => void): () => void;
}

/** State in a file, made at the first change. Rejects with `internal` in words where the file is damaged. */
export function fileState<State>(path: string, schema: z.ZodType<State>, empty: State): KeptState<State> {
  const listeners = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();
  const read = async () => {
    const text = await readPrivateFile(path);
    return text === undefined ? empty : parsed(text, path, schema);
  };
  const changeNow = async (change: (state: State) => State | Promise<State>) => {
    const unlock = await lock(`${path}.lock`);
    try {
      const before = await read();
      const after = await change(before);
      if (after !== before) await writePrivateFile(path, `${JSON.stringify(after, null, 2)}\n`);
      if (after !== before) for (const listener of listeners) listener();
      return after;
    } finally {
      await unlock();
    }
  };
  return {
    read,
    update(change) {
      const changed = last.then(
        () => changeNow(change),
        () => changeNow(change),
      );
      last = changed;
      return changed;
    },
    watch(listener) {
      listeners.add(listener);
      watchFile(path, { interval: watchIntervalMs, persistent: false }, listener);
      return () => {
        listeners.delete(listener);
        unwatchFile(path, listener);
      };
    },
  };
}

/** State of this process alone. */
export function memoryState<State>(empty: State): KeptState<State> {
  const listeners = new Set<() => void>();
  let state = empty;
  let last: Promise<unknown> = Promise.resolve();
  const changeNow = async (change: (state: State) => State | Promise<State>) => {
    const before = state;
    state = await change(before);
    if (state !== before) for (const listener of listeners) listener();
    return state;
  };
  return {
    read: async () => state,
    update(change) {
      const changed = last.then(
        () => changeNow(change),
        () => changeNow(change),
      );
      last = changed;
      return changed;
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    const file = await openNew(path);
    if (file !== undefined) {
      await file.close();
      return () => rm(path, { force: true });
    }
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > staleLockMs) await rm(path, { force: true });
    else await wait(lockRetryMs);
  }
}

async function openNew(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "wx", 0o600);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST") return undefined;
    throw thrown;
  }
}

function parsed<State>(text: string, path: string, schema: z.ZodType<State>): State {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const hint = "Restore it from a backup, or remove it to start anew.";
    throw new TunnelError("internal", `${path} is damaged`, { cause, hint });
  }
}
