/**
 * Runs a program in this process's group and ends the whole group with itself: whatever an app started (shells, kernels,
 * servers) ends with the tests, however they end. Arguments: the folder to run it in, the program, and its own.
 */
import { spawn } from "node:child_process";
import { appEnvironment } from "./installed-app.ts";

const [cwd, program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error("There is no program to run.");
const child = spawn(program, args, { cwd, env: appEnvironment(), stdio: "inherit" });
child.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on("exit", (code) => process.exit(code ?? 1));
process.on("SIGTERM", () => child.kill("SIGTERM"));
process.on("exit", () => process.kill(-process.pid, "SIGKILL"));
