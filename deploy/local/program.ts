/**
 * One of the programs that `npm start` runs: a child process, its lines, its end.
 * Invariant: a program ends by itself, by `stop`, or with the process that started it, and by nothing else: it has a
 * process group of its own, so that Ctrl-C reaches the starter alone, which then ends its programs in order.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

const guard = new URL("./orphan-guard.mjs", import.meta.url).href;
const keptLines = 200;
/** A program that has not ended by then is killed. */
const stopMs = 5_000;

/** What to start. `args`: the script first. */
export interface ProgramOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly name: string;
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The end of its output, oldest line first. */
  readonly lastLines: readonly string[];
}

/** A program that runs. */
export class Program {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  /** Resolves when the process is gone and its output is read. */
  readonly ended: Promise<ProgramEnd>;

  /** Starts it with the Node that runs this. */
  constructor({ name, args, env }: ProgramOptions) {
    this.name = name;
    this.#child = spawn(process.execPath, ["--import", guard, ...args], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32",
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#take(line));
    }
    this.ended = new Promise((resolve) => {
      this.#child.on("error", (error) => this.#take(error.message));
      this.#child.on("close", (exitCode, signal) => {
        resolve({ name, exitCode: exitCode ?? undefined, signal: signal ?? undefined, lastLines: [...this.#lines] });
      });
    });
  }

  /** The process's id; undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everything it has written lately, oldest line first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /**
   * The first thing that `find` makes of a line, written already or to come. Rejects where the program ends first or
   * `signal` aborts.
   */
  async find<Found>(find: (line: string) => Found | undefined, signal?: AbortSignal): Promise<Found> {
    for (const line of this.#lines) {
      const found = find(line);
      if (found !== undefined) return found;
    }
    let listener: (line: string) => void = () => undefined;
    const found = new Promise<Found>((resolve) => {
      listener = (line) => {
        const match = find(line);
        if (match !== undefined) resolve(match);
      };
      this.#listeners.add(listener);
    });
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const ended = this.ended.then((end): never => {
      throw new Error(endInWords(end));
    });
    return Promise.race([found, aborted, ended]).finally(() => this.#listeners.delete(listener));
  }

  /** Asks it to end, and makes it end where it does not. Resolves when it is gone. */
  async stop(): Promise<ProgramEnd> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), stopMs);
    return this.ended.finally(() => clearTimeout(timer));
  }

  /** Ends it at once, as a power cut would. Resolves when it is gone. */
  async kill(): Promise<ProgramEnd> {
    this.#child.kill("SIGKILL");
    return this.ended;
  }

  #take(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > keptLines) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }
}

/** Why a program is gone, with the end of what it said. */
export function endInWords({ name, exitCode, signal, lastLines }: ProgramEnd): string {
  const how = signal === undefined ? `exit code ${exitCode ?? "unknown"}` : `signal ${signal}`;
  const said = lastLines.filter((line) => line.trim() !== "").slice(-12);
  return [`${name} ended with ${how}.`, ...said.map((line) => `  ${line}`)].join("\n");
}
