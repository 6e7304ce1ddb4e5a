/** Why an app view is not connected, with what the live list knows of its server. */
import type { AppViewState } from "@culvert/browser-client";
import type { ServerView } from "@culvert/protocol/signaling";
import { offlineWords } from "../words/openability.ts";
import { type Trouble, troubleOf } from "../words/trouble.ts";

/** The trouble of a lost or failed view; the list's word on an offline server is exacter than the tunnel's. */
export function connectionTrouble(state: AppViewState, server: ServerView | undefined): Trouble | undefined {
  if (state.phase !== "lost" && state.phase !== "failed") return undefined;
  const trouble = troubleOf(state);
  if (server?.state !== "disconnected") return trouble;
  const offline = troubleOf({
    code: "offline",
    message: offlineWords(server, { nowMs: Date.now() }),
    hint: "Start it with `culvert connect`; this page connects again by itself.",
  });
  return offline;
}
