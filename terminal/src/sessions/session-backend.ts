/** What runs sessions: tmux, or plain ptys of this process. Everything above it is the same for both. */
import type { SessionName } from "../names/session-name.ts";
import type { ScreenSize } from "../screen/screen-model.ts";

/** A session that lives. */
export interface RunningSession {
  readonly name: SessionName;
  readonly size: ScreenSize;
  readonly createdMs: number;
  /** The program in front; empty where it is not known. */
  readonly command: string;
  /** Terminals that show it beside our pages: `tmux attach` elsewhere. */
  readonly attached: number;
}

/** Reaches one session that lives. */
export interface SessionControl {
  /** Types bytes; resolves when the session has them. Rejects with `not-found` where it is gone. */
  type(bytes: Uint8Array): Promise<void>;
  resize(size: ScreenSize): Promise<void>;
  /** Resolves when it can no longer be reached through this: it ended, or what runs it did. */
  readonly ended: Promise<void>;
  /** Leaves the session as it is. Idempotent. */
  close(): void;
}

/** What to start. */
export interface SessionStart {
  readonly name: SessionName;
  readonly size: ScreenSize;
  /** The folder it starts in. Absolute. */
  readonly folder: string;
  /** Where its transcript goes; its writer is part of what runs it. */
  readonly transcriptFolder: string;
}

export interface SessionBackend {
  readonly type: "tmux" | "pty";
  /** True where programs get answers from their terminal already; else the model of the screen answers. */
  readonly answersPrograms: boolean;
  /** Sessions of ours that live. */
  list(): Promise<readonly RunningSession[]>;
  /** Rejects with `invalid-request` where it cannot be started, in words. */
  start(session: SessionStart): Promise<void>;
  /** Rejects with `not-found`. */
  open(name: SessionName): Promise<SessionControl>;
  /** Ends it and what runs in it. Resolves also where it was gone. */
  end(name: SessionName): Promise<void>;
  /** What to type into a terminal of this machine to have the session there; undefined where that cannot be. */
  attachCommand(name: SessionName): string | undefined;
  /** Frees what is this process's; sessions that do not depend on it go on. */
  close(): Promise<void>;
}
