/**
 * The program that tmux pipes a session's output into: `node recorder.ts <folder> [--again]`. It belongs to tmux, not to
 * the agent, so that a transcript goes on while no agent runs. `--again`: the session is another run of the same name.
 */

import { runSeparator } from "./run-separator.ts";
import { TranscriptWriter } from "./transcript-writer.ts";

const [folder, again] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: recorder <folder> [--again]\n");
  process.exit(2);
}

// It ends when the session's output ends; what a terminal sends its programs is not for it.
for (const signal of ["SIGINT", "SIGHUP", "SIGTERM", "SIGQUIT"] as const) process.on(signal, () => {});

const writer = new TranscriptWriter({ folder });
if (again === "--again" && writer.end > 0) writer.write(runSeparator(new Date()));
for await (const bytes of process.stdin) writer.write(bytes as Uint8Array);
await writer.close();
