/**
 * A tmux client in control mode, attached to one session: commands without a process for each, so that a key goes at once.
 * It takes no part in the session's size and gets no output. Invariant: replies are matched to commands in their order.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { ControlLines } from "./control-lines.ts";
import { serverArguments, sessionEnvironment, TmuxFailure, type TmuxServer } from "./tmux-program.ts";

interface Waiting {
  resolve(lines: readonly string[]): void;
  reject(thrown: unknown): void;
}

/** One attached client. */
export class ControlClient {
  /** The session it is attached to, as tmux names it exactly. */
  readonly target: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines = new ControlLines();
  #waiting: Waiting[] = [];
  /** Resolves when the session, the server or this client is gone; never rejects. */
  readonly ended: Promise<void>;

  /** `target`: an exact session (`=name`). */
  constructor(server: TmuxServer, target: string) {
    this.target = target;
    const args = ["-C", "attach-session", "-f", "no-output,ignore-size", "-t", target];
    this.#child = spawn("tmux", [...serverArguments(server), ...args], {
      stdio: ["pipe", "pipe", "ignore"],
      env: sessionEnvironment(),
    });
    this.#child.stdin.on("error", () => {});
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.ended = new Promise((resolve) => {
      const end = () => {
        for (const { reject } of this.#waiting) reject(new TmuxFailure("the session is gone"));
        this.#waiting = [];
        resolve();
      };
      this.#child.once("error", end);
      this.#child.once("close", end);
    });
  }

  /** Runs one line of commands (each gives a reply of its own: one per line). Rejects with a TmuxFailure. */
  run(line: string): Promise<readonly string[]> {
    if (/[\r\n]/.test(line)) throw new RangeError("A command is one line.");
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || !this.#child.stdin.writable) {
      return Promise.reject(new TmuxFailure("the session is gone"));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${line}\n`);
    });
  }

  /** Detaches. Idempotent. */
  close(): void {
    this.#child.stdin.end();
    this.#child.kill("SIGHUP");
  }

  #take(text: string): void {
    for (const event of this.#lines.push(text)) {
      if (event.type === "exit") this.#child.stdin.end();
      else {
        const waiting = this.#waiting.shift();
        if (event.isError) waiting?.reject(new TmuxFailure(event.lines.join(" ")));
        else waiting?.resolve(event.lines);
      }
    }
  }
}
