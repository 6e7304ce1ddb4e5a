/** What every command has: where data lies, JSON, and one way to run, fail and stop. */
import { type Command, Option } from "commander";
import type { Output } from "../output.ts";

/** Flags that all commands have. */
export interface CommonFlags {
  readonly data: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface Work {
  readonly output: Output;
  readonly dataFolder: string;
  /** Aborts at the first Ctrl-C or SIGTERM; from this call on the first one does not end the process. */
  stopSignal(): AbortSignal;
}

/** Runs what a command is made of. */
export interface CommandFrame {
  /** Where keys and enrolment are kept unless told otherwise. */
  readonly dataFolder: string;
  /** Resolves when the work is over; its number, or a failure's, becomes the exit code, and faults are written. */
  run(flags: CommonFlags, work: (work: Work) => Promise<number>): Promise<void>;
}

/** A command with the flags that all have, to be given its own first. */
export function withCommonFlags(command: Command, frame: CommandFrame): Command {
  return command
    .addOption(
      new Option("--data <folder>", "where keys, enrolment and settings of this machine are kept")
        .default(frame.dataFolder, "your own data folder")
        .env("CULVERT_DATA"),
    )
    .option("--json", "write JSON");
}

/** Examples below a command's help: what to type, and what it does. */
export function examples(...lines: readonly (readonly [command: string, meaning: string])[]): string {
  const shown = lines.map(([command, meaning]) => `  # ${meaning}\n  $ ${command}`);
  return `\nExamples:\n${shown.join("\n\n")}`;
}
