/** The App View's state line: how the app is connected, truthfully, in one short phrase. */
import type { AppViewState } from "@culvert/browser-client";
import { durationWords } from "./moment.ts";
import type { Tone } from "./tone.ts";

/** Attempts that the line counts up to; later ones are told without an end. */
const countedAttempts = 5;

const pathWords = { direct: "Direct", turn: "TURN", relay: "Relay" } as const;

/** Tone and phrase of a state. `offlineSince`: the moment in words, where the list knows that the server is offline. */
export function stateLine(
  state: AppViewState,
  offlineSince: string | undefined,
): { readonly tone: Tone; readonly text: string } {
  switch (state.phase) {
    case "connecting":
      return { tone: "connecting", text: "Connecting…" };
    case "open": {
      const rtt = state.rttMs === undefined ? "" : ` · ${durationWords(state.rttMs)}`;
      const outlook = state.pathKind === "relay" ? " (trying direct)" : "";
      return { tone: "ready", text: `${pathWords[state.pathKind]}${rtt}${outlook}` };
    }
    case "lost":
      if (offlineSince !== undefined) return { tone: "offline", text: `Offline since ${offlineSince}` };
      if (state.code === "offline") return { tone: "offline", text: "Offline" };
      return { tone: "connecting", text: `Reconnecting ${attemptWords(state.attempt)} …` };
    case "failed":
      if (offlineSince !== undefined) return { tone: "offline", text: `Offline since ${offlineSince}` };
      return { tone: "lost", text: "Not connected" };
    case "closed":
      return { tone: "offline", text: "Closed" };
  }
}

/** `2/5`, and `7` once the counted attempts are over. */
export function attemptWords(attempt: number): string {
  return attempt <= countedAttempts ? `${attempt}/${countedAttempts}` : String(attempt);
}

/** One sentence behind the state line: what the way means for the person who uses it. */
export function pathMeaning(kind: keyof typeof pathWords, label: string): string {
  switch (kind) {
    case "direct":
      return `This browser and ${label} talk to each other directly, sealed end to end.`;
    case "turn":
      return `A TURN relay passes sealed packets between this browser and ${label}; it cannot read them.`;
    case "relay":
      return `Culvert passes sealed messages between this browser and ${label} while a direct way is tried.`;
  }
}
