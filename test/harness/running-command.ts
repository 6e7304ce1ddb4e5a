/** A run of the `culvert` command as a child process: its lines, its input and its end. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../peer-agent/src/cli/culvert.mjs", import.meta.url));

/** How it is run. */
export interface RunningCommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Written to its standard input, which then ends. */
  readonly input?: string;
  /** A program and its words that run the command in their turn: `unshare -n`. */
  readonly within?: readonly string[];
}

/** Runs from its making on. */
export class RunningCommand {
  /** What it wrote to either stream, in the order in which lines came. */
  readonly lines: string[] = [];
  /** The exit code, once its output is read. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], { environment, folder, input, within = [] }: RunningCommandOptions = {}) {
    const [program = process.execPath, ...words] = [...within, process.execPath, script, ...args];
    this.#child = spawn(program, words, {
      ...{ stdio: ["pipe", "pipe", "pipe"], cwd: folder, env: { ...process.env, ...environment } },
    });
    this.#child.stdin?.on("error", () => {});
    this.#child.stdin?.end(input);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        for (const look of this.#waiting) look();
      });
    }
    this.ended = once(this.#child, "close").then(([exitCode]) => exitCode);
  }

  /** Resolves with the first line that holds the words, written already or to come; rejects where it ends before. */
  line(words: string): Promise<string> {
    const found = Promise.withResolvers<string>();
    const look = () => {
      const line = this.lines.find((candidate) => candidate.includes(words));
      if (line !== undefined) found.resolve(line);
    };
    this.#waiting.add(look);
    look();
    const ended = this.ended.then((exitCode) => {
      look();
      throw new Error(`ended with ${exitCode} before "${words}":\n${this.lines.join("\n")}`);
    });
    return Promise.race([found.promise, ended]).finally(() => this.#waiting.delete(look));
  }

  /** Sends a signal and waits for the end. Does nothing to one that has ended. */
  stop(signal: "SIGINT" | "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Sends a signal, and does not wait. */
  signal(signal: "SIGHUP" | "SIGTERM" | "SIGINT"): void {
    this.#child.kill(signal);
  }
}
