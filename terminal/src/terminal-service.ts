/** Terminals of this machine as one service: functions for an in-process target, over tmux or plain ptys. */
import { homedir } from "node:os";
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import type { ReceivedWebSocket } from "@culvert/protocol/http";
import type { TerminalList } from "@culvert/protocol/signaling";
import { isNamePart, sessionId } from "./names/session-name.ts";
import { hasPty, PtyBackend } from "./pty/pty-backend.ts";
import type { SessionBackend } from "./sessions/session-backend.ts";
import { TerminalSessions } from "./sessions/terminal-sessions.ts";
import { toldSessions } from "./sessions/told-sessions.ts";
import { TmuxBackend } from "./tmux/tmux-backend.ts";
import { isUsable, tmuxVersion } from "./tmux/tmux-program.ts";
import { PageFiles } from "./web/page-files.ts";
import { TerminalRoutes } from "./web/routes.ts";

export interface TerminalOptions {
  /** Transcripts and settings stand in it; made where it is missing, for its owner alone. */
  readonly folder: string;
  /** First part of every session's name; `culvert` where it is left out. */
  readonly prefix?: string | undefined;
  /** Where sessions start that name no folder; the home folder where it is left out. */
  readonly startFolder?: string | undefined;
  /**
   * The tmux server that sessions run in, by the name of its socket: `culvert`, a server of our own, where it is left out.
   * `default` is the user's own, and has the user's settings. `null`: no tmux, plain ptys.
   */
  readonly tmuxSocket?: string | null | undefined;
}

/** A target's functions, and an end. */
export interface TerminalService {
  /** What runs sessions, and what is lost with it; null where nothing is. */
  readonly backend: { readonly type: "tmux" | "pty"; readonly lost: string | null };
  fetch(request: Request): Promise<Response>;
  webSocket(request: ReceivedWebSocket): Promise<void>;
  /** Every session and how it stands, for the machine's page in the dashboard. */
  terminals(): Promise<TerminalList>;
  /** Saves screens and frees everything. Sessions in tmux go on; those on plain ptys end. Idempotent. */
  close(): Promise<void>;
}

const lostWithoutTmux =
  "Sessions end when the agent stops, and no other terminal can attach to them. Transcripts stay. Install tmux 3.2 or newer and start the agent again to keep sessions.";

/**
 * Whoever opens this service has a shell as the user that the agent runs as: publish it for people you would give your
 * keyboard. Rejects with `unsupported` where the machine has neither tmux nor ptys, with `invalid-request` for a prefix
 * that cannot be.
 */
export async function createTerminalService(options: TerminalOptions): Promise<TerminalService> {
  const { folder, prefix = "culvert", startFolder = homedir(), tmuxSocket = "culvert" } = options;
  if (!isNamePart(prefix)) {
    throw new TunnelError("invalid-request", `"${prefix.slice(0, 64)}" cannot begin the names of sessions.`, {
      hint: "Use up to 32 letters, digits and hyphens.",
    });
  }
  const { backend, lost } = await backendFor(folder, tmuxSocket);
  const transcripts = transcriptsIn(folder);
  const sessions = new TerminalSessions({ backend, folder: transcripts, startFolder, prefix, lost });
  const routes = new TerminalRoutes(sessions, new PageFiles());
  let closed: Promise<void> | undefined;
  return {
    backend: { type: backend.type, lost },
    fetch: (request) => routes.fetch(request),
    webSocket: (request) => routes.webSocket(request),
    terminals: async () => toldSessions(await sessions.list()),
    close: () => {
      closed ??= sessions.close();
      return closed;
    },
  };
}

function transcriptsIn(folder: string): string {
  return join(folder, "sessions");
}

async function backendFor(
  folder: string,
  socketName: string | null,
): Promise<{ readonly backend: SessionBackend; readonly lost: string | null }> {
  const version = socketName === null ? undefined : await tmuxVersion();
  if (socketName !== null && version !== undefined && isUsable(version)) {
    const transcriptFolder = (name: Parameters<typeof sessionId>[0]) => join(transcriptsIn(folder), sessionId(name));
    return { backend: new TmuxBackend({ folder, socketName, transcriptFolder }), lost: null };
  }
  if (!(await hasPty())) {
    throw new TunnelError("unsupported", "Terminals need tmux, or a build of node-pty for this machine.", {
      hint: "Install tmux 3.2 or newer.",
    });
  }
  const why =
    socketName === null ? "" : version === undefined ? "This machine has no tmux. " : `tmux ${version} is too old. `;
  return { backend: new PtyBackend(), lost: `${why}${lostWithoutTmux}` };
}
