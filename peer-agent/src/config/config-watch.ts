/**
 * Notices changes of a configuration file, whichever way an editor writes it.
 * Invariant: changes are handed on one after the other; what cannot be read leaves what is in force.
 */

import { unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";

/** How often the file is looked at. */
const watchEveryMs = 1_000;

/** What is told. */
export interface ConfigWatchOptions {
  readonly path: string;
  /** The text that is in force. */
  readonly text: string;
  /** Other text stands in the file; undefined where the file is gone. */
  onText(text: string | undefined): Promise<void>;
}

/** A watch that runs. */
export interface ConfigWatch {
  /** Looks now. Resolves when what was found is handled. */
  look(): Promise<void>;
  stop(): void;
}

/** Watches from now on. */
export function watchConfig({ path, text, onText }: ConfigWatchOptions): ConfigWatch {
  let seen: string | undefined = text;
  let last: Promise<void> = Promise.resolve();
  const lookNow = async () => {
    const found = await readFile(path, "utf8").catch(() => undefined);
    // An editor that empties the file first is not done with it.
    if (found === seen || found?.trim() === "") return;
    seen = found;
    await onText(found);
  };
  const look = () => {
    last = last.then(lookNow);
    return last;
  };
  watchFile(path, { interval: watchEveryMs, persistent: false }, look);
  return { look, stop: () => unwatchFile(path, look) };
}
