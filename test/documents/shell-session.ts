/** What a person at a terminal typed and saw, with what differs from run to run made the same. */
import { RunningCommand } from "../harness/running-command.ts";

/** A text of this run, and what stands for it on the page. */
export type Replacement = readonly [found: string | RegExp, shown: string];

/** How a command is run beside its words. */
export interface TypedOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** As RunningCommand's. */
  readonly within?: readonly string[];
}

/** Half blocks and blanks alone: a line of a QR code. */
const qrLine = /^[ █▀▄]{12,}$/;

const sameEverywhere: readonly Replacement[] = [
  [/#code=\S+/g, "#code=…"],
  [/Fingerprint: \S+/g, "Fingerprint: k7xm-2qpa-mm3n-z5de-…"],
  [/app-view\/[a-z2-7]{26}/g, "app-view/k7xm2qpamm3nz5deo6yucbwhta"],
  [/Next try in \d+ m?s/g, "Next try in 1 s"],
  [/\(process \d+/g, "(process 4711"],
  [/process \d+,/g, "process 4711,"],
  [/up \d+ m?s$/gm, "up 12 s"],
  [/viewer [0-9a-f]{8}/gi, "viewer 3f2a9c01"],
  [/^\d\d:\d\d:\d\d /gm, "14:02:11 "],
  [/\b\d+ ms\b/g, "12 ms"],
];

/** One page's sessions: commands run in turn with one environment. */
export class ShellSession {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #replacements: readonly Replacement[];
  readonly #running = new Set<RunningCommand>();
  #shown: string[] = [];

  constructor(environment: Readonly<Record<string, string>>, replacements: readonly Replacement[]) {
    this.#environment = environment;
    this.#replacements = replacements;
  }

  /** Starts a command; `typed` is what stands on the page, without `culvert`. */
  start(typed: string, args: readonly string[], options: TypedOptions = {}): RunningCommand {
    const { environment, within = [] } = options;
    const command = new RunningCommand(args, { within, environment: { ...this.#environment, ...environment } });
    this.#shown.push(`$ culvert ${typed}`);
    this.#running.add(command);
    void command.ended.then(() => this.#running.delete(command));
    return command;
  }

  /** Runs one to its end, and keeps what it wrote and its exit code where that is not 0. */
  async run(typed: string, args: readonly string[], options: TypedOptions = {}): Promise<void> {
    const command = this.start(typed, args, options);
    const exitCode = await command.ended;
    this.keep(command);
    if (exitCode !== 0) this.say(`exit code ${exitCode}`);
  }

  /** Keeps what a command has written so far. */
  keep(command: RunningCommand): void {
    this.#shown.push(...command.lines.splice(0));
  }

  /** Shows another text in place of one of this story. */
  rename(found: string, shown: string): void {
    this.#shown = this.#shown.map((line) => line.replaceAll(found, shown));
  }

  /** Something that happened outside the terminal. */
  say(words: string): void {
    this.#shown.push(`# ${words}`);
  }

  /** Ctrl-C, and what is written after it. */
  async interrupt(command: RunningCommand): Promise<void> {
    this.#shown.push("^C");
    await command.stop("SIGINT");
    this.keep(command);
  }

  /** What was shown since the last time. */
  take(): string {
    const lines = this.#shown.map((line) => (qrLine.test(line) ? "[QR code of the link]" : line));
    const once = lines.filter((line, index) => line !== "[QR code of the link]" || lines[index - 1] !== line);
    this.#shown = [];
    const all = [...this.#replacements, ...sameEverywhere];
    return all.reduce((text, [found, shown]) => text.replaceAll(found, shown), once.join("\n"));
  }

  /** Ends whatever still runs. */
  async end(): Promise<void> {
    for (const command of this.#running) await command.stop("SIGKILL");
  }
}
