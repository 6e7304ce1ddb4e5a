/**
 * All sessions of this agent: those that live and those whose transcript is left; started, shown, ended, forgotten.
 * Invariant: a name of a folder or of tmux is only ever made of a checked session name.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import { terminalLimits } from "../limits.ts";
import type { ListedSession, SessionList } from "../link/session-words.ts";
import { type SessionName, sessionId, sessionOfId } from "../names/session-name.ts";
import type { ScreenSize } from "../screen/screen-model.ts";
import { segmentName, segmentsIn } from "../transcript/segment-name.ts";
import { transcriptEnd } from "../transcript/transcript-reader.ts";
import { LiveSession } from "./live-session.ts";
import type { RunningSession, SessionBackend } from "./session-backend.ts";

/** A session that was left is kept ready for so long. */
const lingerMs = 60_000;
const activeMs = 10_000;
const defaultSize: ScreenSize = { columns: 100, rows: 30 };

export interface TerminalSessionsOptions {
  readonly backend: SessionBackend;
  /** Transcripts stand below it, one folder for each session. */
  readonly folder: string;
  /** Where sessions start that name no folder. */
  readonly startFolder: string;
  readonly prefix: string;
  /** What is lost with this backend; null where nothing is. */
  readonly lost: string | null;
}

interface Shown {
  readonly live: Promise<LiveSession>;
  leave: NodeJS.Timeout | undefined;
}

export class TerminalSessions {
  readonly #options: TerminalSessionsOptions;
  readonly #shown = new Map<string, Shown>();
  readonly #beat: NodeJS.Timeout;

  constructor(options: TerminalSessionsOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    this.#beat = setInterval(() => void this.#look(), terminalLimits.beatMs);
    this.#beat.unref();
  }

  get prefix(): string {
    return this.#options.prefix;
  }

  /** The name of an id, which must be of ours; rejects with `not-found` otherwise. */
  nameOf(id: string): SessionName {
    const name = sessionOfId(id);
    if (name === undefined || name.prefix !== this.prefix) {
      throw new TunnelError("not-found", "There is no such session.", { hint: "The list shows those there are." });
    }
    return name;
  }

  transcriptFolder(name: SessionName): string {
    return join(this.#options.folder, sessionId(name));
  }

  async list(): Promise<SessionList> {
    const { backend, lost, prefix } = this.#options;
    const running = await this.#running();
    const kept = readdirSync(this.#options.folder).flatMap((id) => sessionOfId(id) ?? []);
    const names = new Map(
      [...running.values(), ...kept.map((name) => ({ name }))].map(({ name }) => [sessionId(name), name]),
    );
    const nowMs = Date.now();
    const sessions = [...names.values()]
      .filter((name) => name.prefix === prefix)
      .map((name) => this.#listed(name, running.get(sessionId(name)), nowMs));
    await Promise.all(
      sessions.map(async (session) => {
        session.viewers = (await this.#shown.get(session.id)?.live.catch(() => undefined))?.viewers ?? 0;
      }),
    );
    sessions.sort((left, right) => rank(left) - rank(right) || left.id.localeCompare(right.id));
    return { backend: { type: backend.type, lost }, prefix, nowMs, sessions };
  }

  /** Starts one. Rejects with `invalid-request` where it lives already, the folder is none, or there are too many. */
  async start(name: SessionName, place: { readonly folder?: string; readonly size?: ScreenSize }): Promise<void> {
    const { backend, startFolder } = this.#options;
    const folder = place.folder ?? startFolder;
    if (!isAbsolute(folder) || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new TunnelError("invalid-request", `There is no folder ${folder.slice(0, 200)} on this machine.`, {
        hint: "Give the whole path of a folder, or none.",
      });
    }
    const running = await this.#running();
    if (running.has(sessionId(name))) {
      throw new TunnelError("invalid-request", "This session runs already.", { hint: "Open it from the list." });
    }
    if (running.size >= terminalLimits.sessions) {
      throw new TunnelError("limit-reached", `${terminalLimits.sessions} sessions run already.`, {
        hint: "End one that is no longer needed.",
      });
    }
    // What showed the run before would go on with its size and its end.
    await this.#close(sessionId(name));
    const transcriptFolder = this.transcriptFolder(name);
    mkdirSync(transcriptFolder, { recursive: true, mode: 0o700 });
    await backend.start({ name, size: bounded(place.size ?? defaultSize), folder, transcriptFolder });
  }

  /** The session for one page, until `leave`. Rejects with `not-found` where neither it nor a transcript is there. */
  async show(name: SessionName): Promise<LiveSession> {
    const id = sessionId(name);
    const shown = this.#shown.get(id) ?? this.#open(name);
    clearTimeout(shown.leave);
    this.#leaveLater(id, shown);
    const live = await shown.live;
    if (!live.isLive && (await this.#running()).has(id)) {
      // It ended and was started again elsewhere.
      await this.#close(id);
      return (this.#shown.get(id) ?? this.#open(name)).live;
    }
    return live;
  }

  /** Ends it and what runs in it; its transcript stays. */
  async end(name: SessionName): Promise<void> {
    await this.#options.backend.end(name);
    await this.#look();
  }

  /** Removes the transcript of one that ended. */
  async forget(name: SessionName): Promise<void> {
    if ((await this.#running()).has(sessionId(name))) {
      throw new TunnelError("invalid-request", "This session still runs.", { hint: "End it first." });
    }
    await this.#close(sessionId(name));
    rmSync(this.transcriptFolder(name), { recursive: true, force: true });
  }

  /** Saves screens and frees everything; sessions in tmux go on. */
  async close(): Promise<void> {
    clearInterval(this.#beat);
    await Promise.all([...this.#shown.keys()].map((id) => this.#close(id)));
    await this.#options.backend.close();
  }

  async #running(): Promise<Map<string, RunningSession>> {
    const list = await this.#options.backend.list();
    return new Map(list.map((session) => [sessionId(session.name), session]));
  }

  #open(name: SessionName): Shown {
    const id = sessionId(name);
    const shown: Shown = { live: this.#liveOf(name), leave: undefined };
    shown.live.catch(() => this.#shown.delete(id));
    this.#shown.set(id, shown);
    this.#leaveLater(id, shown);
    return shown;
  }

  async #liveOf(name: SessionName): Promise<LiveSession> {
    const { backend } = this.#options;
    const transcriptFolder = this.transcriptFolder(name);
    const running = (await this.#running()).get(sessionId(name));
    if (running === undefined && !existsSync(transcriptFolder)) throw this.#missing();
    mkdirSync(transcriptFolder, { recursive: true, mode: 0o700 });
    const control = running === undefined ? undefined : await backend.open(name);
    const size = running?.size ?? defaultSize;
    return new LiveSession({ transcriptFolder, size, control, answersPrograms: backend.answersPrograms });
  }

  #missing(): TunnelError {
    return new TunnelError("not-found", "There is no such session.", { hint: "The list shows those there are." });
  }

  #leaveLater(id: string, shown: Shown): void {
    shown.leave = setTimeout(() => {
      void shown.live
        .then((live) => (live.viewers > 0 ? this.#leaveLater(id, shown) : this.#close(id)))
        .catch(() => {});
    }, lingerMs);
    shown.leave.unref();
  }

  async #close(id: string): Promise<void> {
    const shown = this.#shown.get(id);
    if (shown === undefined) return;
    this.#shown.delete(id);
    clearTimeout(shown.leave);
    await (await shown.live.catch(() => undefined))?.close();
  }

  /** The heartbeat: sessions that others resized or ended are known. */
  async #look(): Promise<void> {
    if (this.#shown.size === 0) return;
    const running = await this.#running().catch(() => undefined);
    if (running === undefined) return;
    for (const [id, { live }] of this.#shown) {
      const session = await live.catch(() => undefined);
      const size = running.get(id)?.size;
      if (session !== undefined && size !== undefined && !session.isClosed) await session.noteSize(size);
    }
  }

  #listed(name: SessionName, running: RunningSession | undefined, nowMs: number): ListedSession {
    const folder = this.transcriptFolder(name);
    const parts = existsSync(folder) ? segmentsIn(readdirSync(folder)) : [];
    const stats = parts.flatMap((part) => statSync(join(folder, segmentName(part)), { throwIfNoEntry: false }) ?? []);
    const lastOutputMs = stats.at(-1)?.mtimeMs ?? null;
    const isActive = lastOutputMs !== null && nowMs - lastOutputMs < activeMs;
    return {
      ...{ id: sessionId(name), ...name },
      state: running === undefined ? "ended" : isActive ? "active" : "quiet",
      command: running?.command ?? "",
      createdMs: running?.createdMs ?? null,
      lastOutputMs,
      beatMs: running === undefined ? null : nowMs,
      sequence: transcriptEnd(folder),
      keptBytes: stats.reduce((sum, { size }) => sum + size, 0),
      viewers: 0,
      attached: running?.attached ?? 0,
      attachCommand: running === undefined ? null : (this.#options.backend.attachCommand(name) ?? null),
    };
  }
}

function rank({ state }: ListedSession): number {
  return state === "ended" ? 1 : 0;
}

function bounded({ columns, rows }: ScreenSize): ScreenSize {
  const { columns: c, rows: r } = terminalLimits;
  return { columns: Math.min(c.max, Math.max(c.min, columns)), rows: Math.min(r.max, Math.max(r.min, rows)) };
}
