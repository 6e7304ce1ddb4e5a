/** The list of sessions as the agent's desk tells it: what is of use on a page that shows no terminal. */
import type { TerminalList } from "@culvert/protocol/signaling";
import type { SessionList } from "../link/session-words.ts";
import { writeSessionName } from "../names/session-name.ts";

/** In the list's own order. */
export function toldSessions({ backend, sessions }: SessionList): TerminalList {
  return {
    lost: backend.lost,
    sessions: sessions.map((session) => ({
      name: writeSessionName(session),
      path: `/session/${session.id}`,
      ...{ state: session.state, command: session.command.slice(0, 256) },
      ...{ createdAt: session.createdMs, lastOutputAt: session.lastOutputMs },
      ...{ viewers: session.viewers, attached: session.attached, attachCommand: session.attachCommand },
    })),
  };
}
