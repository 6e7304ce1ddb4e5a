/**
 * Sessions in tmux, which outlive the agent. Their output goes into the transcript by `pipe-pane`, begun in the same
 * breath as the session, so not a byte is missed. Sessions of others on the same server are neither listed nor reached.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TunnelError } from "@culvert/protocol";
import { type SessionName, sessionId, sessionOfId } from "../names/session-name.ts";
import type { RunningSession, SessionBackend, SessionControl, SessionStart } from "../sessions/session-backend.ts";
import { ControlClient } from "./control-client.ts";
import { tmuxConfig } from "./tmux-config.ts";
import { commandMs, runTmux, TmuxFailure, type TmuxServer, toldFailure } from "./tmux-program.ts";
import { argument, formatText, pipeCommand, shellWord } from "./tmux-text.ts";

/** As this file: TypeScript, or what was made of it. */
const recorder = fileURLToPath(new URL(`../transcript/recorder${extname(import.meta.url)}`, import.meta.url));
/** Node's own memory, kept small: one of these lives as long as each session. */
const recorderFlags = ["--max-semi-space-size=1", "--max-old-space-size=64"];
/** Keys in one command; longer input goes in several. */
const keysPerCommand = 400;

export interface TmuxBackendOptions {
  /** Our folder: the settings are written here, and transcripts stand below it. */
  readonly folder: string;
  /** The name of our own server, or "default" for the user's: then the user's settings hold there. */
  readonly socketName: string;
  /** Where a session's transcript stands. */
  transcriptFolder(name: SessionName): string;
}

/** What `list-panes` says of one of our sessions. */
interface Listed extends RunningSession {
  readonly paneId: string;
  readonly isRecorded: boolean;
}

const listFormat = [
  "#{session_name}",
  "#{@culvert-owner}",
  "#{@culvert-pane}",
  "#{pane_id}",
  "#{pane_pipe}",
  "#{session_created}",
  "#{session_attached}",
  "#{window_width}",
  "#{window_height}",
  "#{s/ /_/:pane_current_command}",
].join(" ");

export class TmuxBackend implements SessionBackend {
  readonly type = "tmux";
  readonly answersPrograms = true;
  readonly #server: TmuxServer;
  readonly #options: TmuxBackendOptions;
  /** Marks our sessions on a server that holds those of others, or of another agent. */
  readonly #owner: string;
  readonly #controls = new Set<ControlClient>();

  constructor(options: TmuxBackendOptions) {
    const { folder, socketName } = options;
    this.#options = options;
    this.#owner = createHash("sha256").update(folder).digest("hex").slice(0, 16);
    const configFile = socketName === "default" ? undefined : join(folder, "tmux.conf");
    this.#server = { socketName, configFile };
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (configFile !== undefined) writeFileSync(configFile, tmuxConfig, { mode: 0o600 });
  }

  async list(): Promise<readonly RunningSession[]> {
    const sessions = await this.#list();
    for (const session of sessions) {
      // Its recorder was ended by force: what was written meanwhile is lost, what comes is not.
      if (!session.isRecorded) await this.#record(session).catch(() => {});
    }
    return sessions;
  }

  async start({ name, size, folder, transcriptFolder }: SessionStart): Promise<void> {
    const id = sessionId(name);
    const target = ["-t", `=${id}:`];
    const place = ["-c", argument(formatText(folder))];
    const dimensions = ["-x", String(size.columns), "-y", String(size.rows)];
    try {
      // One queue of commands: tmux reads nothing of the session before the pipe stands.
      await runTmux(this.#server, [
        ...["new-session", "-d", "-s", id, ...dimensions, ...place, ";"],
        ...["pipe-pane", ...target, "-O", argument(this.#pipe(transcriptFolder)), ";"],
        ...["set-option", ...target, "@culvert-owner", this.#owner, ";"],
        ...["set-option", ...target, "-F", "@culvert-pane", "#{pane_id}"],
      ]);
    } catch (thrown) {
      throw toldFailure(thrown, "tmux did not start the session");
    }
  }

  async open(name: SessionName): Promise<SessionControl> {
    const session = await this.#find(name);
    const { paneId } = session;
    const client = new ControlClient(this.#server, `=${sessionId(name)}`);
    this.#controls.add(client);
    void client.ended.then(() => this.#controls.delete(client));
    const gone = (thrown: unknown): never => {
      throw new TunnelError("not-found", "The session has ended.", { cause: thrown });
    };
    return {
      ended: client.ended,
      async type(bytes) {
        // Somebody may look back in a terminal elsewhere: keys go to the program, not to tmux's own view of it.
        const commands = [client.run(`copy-mode -q -t ${paneId}`)];
        for (let at = 0; at < bytes.length; at += keysPerCommand) {
          const keys =
            Buffer.from(bytes.subarray(at, at + keysPerCommand))
              .toString("hex")
              .match(/../g) ?? [];
          commands.push(client.run(`send-keys -t ${paneId} -H ${keys.join(" ")}`));
        }
        await Promise.all(commands).catch(gone);
      },
      async resize({ columns, rows }) {
        await client.run(`resize-window -t ${paneId} -x ${columns} -y ${rows}`).catch(gone);
      },
      close: () => client.close(),
    };
  }

  async end(name: SessionName): Promise<void> {
    const found = (await this.#list()).some((session) => sessionId(session.name) === sessionId(name));
    if (found) await runTmux(this.#server, ["kill-session", "-t", `=${sessionId(name)}`]).catch(() => {});
  }

  attachCommand(name: SessionName): string {
    const { socketName } = this.#server;
    const server = socketName === "default" ? "" : ` -L ${socketName}`;
    return `tmux${server} attach -t '=${sessionId(name)}'`;
  }

  async close(): Promise<void> {
    const ended = [...this.#controls].map((client) => client.ended);
    for (const client of this.#controls) client.close();
    await Promise.all(ended);
  }

  async #find(name: SessionName): Promise<Listed> {
    const session = (await this.#list()).find((each) => sessionId(each.name) === sessionId(name));
    if (session === undefined) throw new TunnelError("not-found", "The session has ended.");
    return session;
  }

  async #list(): Promise<readonly Listed[]> {
    const lines = (await this.#listOfAttached()) ?? (await this.#listOfProcess());
    return lines.flatMap((line) => this.#listed(line) ?? []);
  }

  /** By a client that is attached: starting a process holds all of the agent up, on a busy machine for up to 60 ms. */
  async #listOfAttached(): Promise<readonly string[] | undefined> {
    const [client] = this.#controls;
    if (client === undefined) return undefined;
    const over = new AbortController();
    try {
      // tmux quotes as a shell does.
      const lines = client.run(`list-panes -a -F ${shellWord(listFormat)}`);
      return await Promise.race([lines, wait(commandMs, undefined, { signal: over.signal })]);
    } catch {
      // Its session ended under way.
      return undefined;
    } finally {
      over.abort();
    }
  }

  async #listOfProcess(): Promise<readonly string[]> {
    try {
      return (await runTmux(this.#server, ["list-panes", "-a", "-F", listFormat])).split("\n");
    } catch (thrown) {
      // Without sessions there is no server.
      if (thrown instanceof TmuxFailure && /no server running|error connecting|no current/i.test(thrown.message)) {
        return [];
      }
      throw thrown;
    }
  }

  #listed(line: string): Listed | undefined {
    const [id = "", owner, ownPane, paneId = "", pipe, created, attached, columns, rows, command = ""] =
      line.split(" ");
    const name = sessionOfId(id);
    if (name === undefined || owner !== this.#owner || ownPane !== paneId) return undefined;
    return {
      ...{ name, paneId, command, isRecorded: pipe === "1" },
      size: { columns: Number(columns), rows: Number(rows) },
      createdMs: Number(created) * 1000,
      attached: Math.max(0, Number(attached) - this.#attachedByUs(id)),
    };
  }

  #attachedByUs(id: string): number {
    return [...this.#controls].filter((client) => client.target === `=${id}`).length;
  }

  async #record({ name, paneId }: Listed): Promise<void> {
    const pipe = this.#pipe(this.#options.transcriptFolder(name));
    await runTmux(this.#server, ["pipe-pane", "-t", paneId, "-O", argument(pipe)]);
  }

  #pipe(transcriptFolder: string): string {
    return pipeCommand([process.execPath, ...recorderFlags, recorder, transcriptFolder, "--again"]);
  }
}
