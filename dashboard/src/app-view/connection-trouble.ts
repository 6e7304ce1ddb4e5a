/** Why an app view is not connected, with what the live list knows of its server. */
import type { AppViewState } from "@culvert/browser-client";
import { type Code, codes } from "@culvert/protocol";
import type { ServerView } from "@culvert/protocol/signaling";
import { offlineWords } from "../words/openability.ts";
import { type Trouble, troubleOf } from "../words/trouble.ts";

/** The trouble of a lost or failed view; the list's word on an offline server is exacter than the tunnel's. */
export function connectionTrouble(state: AppViewState, server: ServerView | undefined): Trouble | undefined {
  if (state.phase !== "lost" && state.phase !== "failed") return undefined;
  if (server?.state === "disconnected")
    return troubleOf({
      code: "offline",
      message: offlineWords(server, { nowMs: Date.now() }),
      hint: `${codes.offline.hint} This page connects again by itself.`,
    });
  const trouble = troubleOf(state);
  if (state.phase === "failed") return trouble;
  return { ...trouble, ...lossWords(state.code, server?.label ?? "the server") };
}

/** A loss that is being mended, as people say it; what the tunnel said of it stands behind the state line. */
function lossWords(code: Code, label: string): Partial<Pick<Trouble, "what" | "remedy">> {
  const mending = "It is being rebuilt; you need not do anything.";
  switch (code) {
    case "path-failed":
    case "closed":
      return { what: `The connection to ${label} broke.`, remedy: mending };
    case "timeout":
      return { what: `Nothing has come from ${label} for a while.`, remedy: mending };
    case "peer-restarted":
      return { what: `The agent on ${label} restarted.`, remedy: "Reload the app if it stays empty." };
    case "network":
      return {
        what: "Culvert’s server cannot be reached.",
        remedy: "Check this device’s network; it goes on by itself.",
      };
    case "no-direct-path":
      return { what: `No direct connection to ${label} came up.`, remedy: "Trying again; another network may help." };
    default:
      return {};
  }
}
