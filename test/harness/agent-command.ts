/** Runs the `culvert` command to its end and gives what it wrote. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("../../peer-agent/src/cli/main.ts", import.meta.url));
const run = promisify(execFile);

/** Rejects with stdout and stderr where it fails. */
export async function runCommand(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [script, ...args], { encoding: "utf8" });
  return stdout + stderr;
}
