#!/usr/bin/env node
/**
 * The command `culvert-signaling`. Logs go to standard error, what a person or a parent process waits for to standard
 * output. SIGINT and SIGTERM end it cleanly.
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TunnelError } from "@culvert/protocol";
import { createProgram } from "./command-line/index.ts";

/** True where this file is what was started, not imported. */
const isStarted = process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url);

if (isStarted) {
  createProgram()
    .parseAsync()
    .catch((thrown: unknown) => {
      const fault = TunnelError.from(thrown);
      process.stderr.write(`${fault.message}\n${fault.hint}\n`);
      process.exit(1);
    });
}
