/** Terminal sessions in words. Pure. */
import type { TerminalSession } from "@culvert/protocol/signaling";
import type { Tone } from "./tone.ts";

/** `notes` for `culvert::notes::primary`, `notes · logs` for a further slot; other names as they are. */
export function shortName(name: string): string {
  const [, workspace, slot, ...rest] = name.split("::");
  if (workspace === undefined || slot === undefined || rest.length > 0) return name;
  return slot === "primary" ? workspace : `${workspace} · ${slot}`;
}

/** How its sign is coloured; its word always stands beside it. */
export function terminalTone(state: TerminalSession["state"]): Tone {
  if (state === "ended") return "offline";
  return state === "active" ? "ready" : "connecting";
}

/** Who looks at it now: `2 pages, 1 terminal`; empty where nobody does. */
export function watcherWords({ viewers, attached }: Pick<TerminalSession, "viewers" | "attached">): string {
  const pages = viewers === 0 ? [] : [viewers === 1 ? "1 page shows it" : `${viewers} pages show it`];
  const terminals = attached === 0 ? [] : [attached === 1 ? "1 terminal attached" : `${attached} terminals attached`];
  return [...pages, ...terminals].join(", ");
}
