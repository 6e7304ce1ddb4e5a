/** A run of embedding-program.ts: a server of a kept framework with a connector inside, in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("embedding-program.ts", import.meta.url));

/** What it is started with: `serverUrl` and a code to enrol by, and a folder of its own. */
export interface EmbeddingWish {
  readonly framework: "express" | "fastify";
  readonly serverUrl: string;
  readonly code: string;
  readonly dataFolder: string;
}

/** Runs from its making on. */
export class EmbeddingRun {
  /** What it wrote to either stream. */
  readonly lines: string[] = [];
  /** The exit code when it has ended, by itself or by `kill`. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #online = Promise.withResolvers<string>();

  constructor({ framework, serverUrl, code, dataFolder }: EmbeddingWish) {
    this.#child = spawn(process.execPath, [script, framework, serverUrl, code, dataFolder]);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        if (line.startsWith('{"online":')) this.#online.resolve(JSON.parse(line).online);
      });
    }
    this.#online.promise.catch(() => {});
    this.ended = once(this.#child, "close").then(([exitCode]) => {
      this.#online.reject(new Error(`ended with ${exitCode}:\n${this.lines.join("\n")}`));
      return exitCode;
    });
  }

  /** Its server's id, once it is in the dashboard. */
  get online(): Promise<string> {
    return this.#online.promise;
  }

  /** Stops its connector and its server; it then ends only if nothing is left that holds it. */
  stop(): Promise<number | null> {
    this.#child.stdin?.write("stop\n");
    return this.ended;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
