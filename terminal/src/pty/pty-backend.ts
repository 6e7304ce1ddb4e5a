/**
 * Sessions without tmux: a shell on a pty of this process each. They end with the agent; their transcripts stay.
 * The pty library is loaded with the first session.
 */
import { basename } from "node:path";
import { TunnelError } from "@culvert/protocol";
import type { IPty } from "@lydell/node-pty";
import { type SessionName, sessionId } from "../names/session-name.ts";
import type { ScreenSize } from "../screen/screen-model.ts";
import type { RunningSession, SessionBackend, SessionControl, SessionStart } from "../sessions/session-backend.ts";
import { sessionEnvironment } from "../tmux/tmux-program.ts";
import { runSeparator } from "../transcript/run-separator.ts";
import { TranscriptWriter } from "../transcript/transcript-writer.ts";

interface PtySession {
  readonly name: SessionName;
  readonly pty: IPty;
  readonly createdMs: number;
  readonly ended: Promise<void>;
  size: ScreenSize;
}

/** How long a shell has to leave after it was told that its terminal is gone, before it is ended by force. */
const leaveMs = 2_000;

export class PtyBackend implements SessionBackend {
  readonly type = "pty";
  readonly answersPrograms = false;
  readonly #sessions = new Map<string, PtySession>();

  list(): Promise<readonly RunningSession[]> {
    const sessions = [...this.#sessions.values()].map(({ name, size, createdMs, pty }) => {
      return { name, size, createdMs, command: basename(pty.process), attached: 0 };
    });
    return Promise.resolve(sessions);
  }

  async start({ name, size, folder, transcriptFolder }: SessionStart): Promise<void> {
    const { spawn } = await loadPty();
    const writer = new TranscriptWriter({ folder: transcriptFolder });
    if (writer.end > 0) writer.write(runSeparator(new Date()));
    const isWindows = process.platform === "win32";
    const shell = isWindows ? "powershell.exe" : (process.env.SHELL ?? "/bin/sh");
    let pty: IPty;
    try {
      pty = spawn(shell, isWindows ? [] : ["-l"], {
        ...{ name: "xterm-256color", cols: size.columns, rows: size.rows, cwd: folder },
        env: sessionEnvironment() as Record<string, string>,
        // Bytes as they are: a character may come in two reads.
        encoding: null,
      });
    } catch (thrown) {
      await writer.close();
      throw new TunnelError("invalid-request", `The shell ${shell} did not start.`, { cause: thrown });
    }
    const ended = new Promise<void>((resolve) => {
      pty.onData((data) => writer.write(data as unknown as Uint8Array));
      pty.onExit(() => {
        this.#sessions.delete(sessionId(name));
        void writer.close().then(resolve);
      });
    });
    this.#sessions.set(sessionId(name), { name, pty, size, ended, createdMs: Date.now() });
  }

  async open(name: SessionName): Promise<SessionControl> {
    const session = this.#sessions.get(sessionId(name));
    if (session === undefined) throw new TunnelError("not-found", "The session has ended.");
    const { pty, ended } = session;
    return {
      ended,
      async type(bytes) {
        // The library writes bytes as they are; its types know text alone.
        pty.write(Buffer.from(bytes) as unknown as string);
      },
      async resize(size) {
        session.size = size;
        pty.resize(size.columns, size.rows);
      },
      close: () => {},
    };
  }

  async end(name: SessionName): Promise<void> {
    const session = this.#sessions.get(sessionId(name));
    if (session === undefined) return;
    const { pty, ended } = session;
    const isWindows = process.platform === "win32";
    pty.kill(isWindows ? undefined : "SIGHUP");
    const force = setTimeout(() => pty.kill(isWindows ? undefined : "SIGKILL"), leaveMs);
    await ended;
    clearTimeout(force);
  }

  attachCommand(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ name }) => this.end(name)));
  }
}

async function loadPty(): Promise<typeof import("@lydell/node-pty")> {
  try {
    return await import("@lydell/node-pty");
  } catch (thrown) {
    throw new TunnelError("unsupported", "This machine has neither tmux nor a build of node-pty.", {
      cause: thrown,
      hint: "Install tmux 3.2 or newer.",
    });
  }
}

/** True where sessions could be started. */
export async function hasPty(): Promise<boolean> {
  return await loadPty().then(
    () => true,
    () => false,
  );
}
