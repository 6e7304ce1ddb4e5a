/** A tmux server of a test's own. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";

/** What brings tmux to a machine that has none. */
export const tmuxCommand = "apt-get install tmux";

/** The program; undefined where there is none. */
export function findTmux(): string | undefined {
  return spawnSync("tmux", ["-V"]).error === undefined ? "tmux" : undefined;
}

/** True where tests on tmux run: where it is there, and on CI always, so that a missing one fails there. */
export function hasTmux(): boolean {
  if (findTmux() !== undefined || ![undefined, "", "0", "false"].includes(process.env.CI)) return true;
  console.warn(`Tests on tmux are skipped: it is missing; to bring it: ${tmuxCommand}`);
  return false;
}

/** A socket's name that nobody else uses. */
export function freshTmuxSocket(): string {
  return `culvert-test-${randomBytes(6).toString("hex")}`;
}

/** Runs a command on a test's server; gives what it wrote. Throws where it fails. */
export function tmux(socket: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("tmux", ["-L", socket, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr}`);
  return stdout;
}

/** Ends a test's server and everything in it. Idempotent. */
export function endTmux(socket: string): void {
  spawnSync("tmux", ["-L", socket, "kill-server"]);
}
