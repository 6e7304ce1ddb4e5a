#!/usr/bin/env node
/** The command line `culvert`. */
import { writeSync } from "node:fs";
import { TunnelError } from "@culvert/protocol";
import { CommanderError } from "commander";
import envPaths from "env-paths";
import { exitCodes } from "./exit-codes.ts";
import { createOutput, writeError } from "./output.ts";
import { createProgram, usageWords, wantsJson } from "./program.ts";

const program = createProgram({
  dataFolder: envPaths("culvert", { suffix: "" }).data,
  async run(flags, work) {
    const output = createOutput(flags.json === true);
    try {
      process.exitCode = await work({ output, dataFolder: flags.data, stopSignal });
    } catch (thrown) {
      writeError(output, thrown);
      process.exitCode = exitCodes.failed;
    }
  },
});

// Whoever read the lines has enough of them: `culvert logs | head`.
process.stdout.on("error", () => process.exit());

try {
  await program.parseAsync();
} catch (thrown) {
  if (!(thrown instanceof CommanderError)) throw thrown;
  // For people commander wrote it already.
  if (thrown.exitCode !== 0 && wantsJson()) {
    const hint = "See `culvert help`.";
    createOutput(true).error(
      new TunnelError("invalid-request", usageWords(thrown.message) ?? thrown.message, { hint }),
    );
  }
  process.exitCode = thrown.exitCode;
}
// All that was asked for is done: what a library may still hold is nothing to wait for.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((resolve) => stream.write("", resolve));
}
process.exit();

/** Aborts at the first Ctrl-C or SIGTERM; the second one ends the process at once, and says so. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (name: "SIGINT" | "SIGTERM") => {
    if (!controller.signal.aborted) return controller.abort();
    writeSync(process.stderr.fd, "Ended at once; what was under way is cut.\n");
    process.exit(name === "SIGINT" ? 130 : 143);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}
