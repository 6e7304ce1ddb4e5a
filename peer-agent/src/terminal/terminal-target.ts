/** Terminals as a target in this process. The package is loaded when it is asked for: a plain agent runs without it. */
import { join } from "node:path";
import { TunnelError } from "@culvert/protocol";
import type { TargetOptions } from "../services/index.ts";

/** What is asked of terminals. */
export interface TerminalWish {
  /** The agent's own folder; transcripts go below it. */
  readonly dataFolder: string;
  /** tmux's `-L`, `null` for no tmux; a server of our own where it is left out. */
  readonly tmuxSocket?: string | null | undefined;
  /** Where sessions start. */
  readonly startFolder: string;
}

/** A target, and its end. */
export interface TerminalTarget {
  readonly target: TargetOptions;
  /** What is lost without tmux; null where nothing is. */
  readonly lost: string | null;
  /** Saves screens. Sessions in tmux go on. */
  close(): Promise<void>;
}

/** Rejects with `unsupported` where this machine can have none, in words. */
export async function openTerminalTarget({ dataFolder, ...wish }: TerminalWish): Promise<TerminalTarget> {
  const { createTerminalService } = await import("@culvert/terminal").catch((thrown: unknown) => {
    throw new TunnelError("unsupported", "This installation has no terminals.", {
      cause: thrown,
      hint: "Install @culvert/terminal beside it.",
    });
  });
  const terminal = await createTerminalService({ ...wish, folder: join(dataFolder, "terminals") });
  return {
    target: { type: "handler", fetch: terminal.fetch, webSocket: terminal.webSocket, terminals: terminal.terminals },
    lost: terminal.backend.lost,
    close: terminal.close,
  };
}
