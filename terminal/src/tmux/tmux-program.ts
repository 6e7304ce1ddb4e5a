/** The tmux program: found, asked for its version, run with a list of arguments. */
import { execFile } from "node:child_process";
import { TunnelError } from "@culvert/protocol";

/** Resizing without a client, and clients in control mode that get no output, came with 3.2. */
const oldestVersion = [3, 2] as const;
/** A server that has not answered by then does not answer. */
export const commandMs = 10_000;

/** Which tmux server: its own socket and settings, or the one that the user's own sessions are in. */
export interface TmuxServer {
  /** tmux's `-L`. */
  readonly socketName: string;
  /** tmux's `-f`; undefined leaves the user's own settings. */
  readonly configFile: string | undefined;
}

/** What tmux said where it failed, for words. */
export class TmuxFailure extends Error {}

/** The arguments before every command. */
export function serverArguments({ socketName, configFile }: TmuxServer): readonly string[] {
  return ["-u", "-L", socketName, ...(configFile === undefined ? [] : ["-f", configFile])];
}

/** Runs commands and gives what they wrote. Rejects with a TmuxFailure. */
export function runTmux(server: TmuxServer, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: sessionEnvironment(), timeout: commandMs, maxBuffer: 16 * 1024 * 1024 };
    execFile("tmux", [...serverArguments(server), ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new TmuxFailure(stderr.trim() || error.message, { cause: error }));
    });
  });
}

/** The version of this machine's tmux; undefined where there is none. */
export function tmuxVersion(): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile("tmux", ["-V"], { timeout: commandMs }, (error, stdout) => {
      resolve(error === null ? stdout.trim().replace(/^tmux /, "") : undefined);
    });
  });
}

/** True for "3.2a" and later, "next-3.6" and "master". */
export function isUsable(version: string): boolean {
  const match = /(\d+)\.(\d+)/.exec(version);
  if (match === null) return version === "master";
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > oldestVersion[0] || (major === oldestVersion[0] && minor >= oldestVersion[1]);
}

/**
 * The environment that sessions get: this process's own without what is the agent's (a secret may stand there) and
 * without marks of a tmux around us.
 */
export function sessionEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(CULVERT_|TMUX|NODE_OPTIONS$|npm_)/.test(name));
  return Object.fromEntries(own);
}

/** A failure of tmux as one that a viewer is told. */
export function toldFailure(thrown: unknown, what: string): TunnelError {
  const words = thrown instanceof TmuxFailure ? thrown.message.slice(0, 200) : String(thrown).slice(0, 200);
  return new TunnelError("invalid-request", `${what}: ${words}`, { cause: thrown });
}
