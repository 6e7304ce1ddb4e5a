/** Tries again by itself when a server that was offline is back in the live list. */
import type { ServerView } from "@culvert/protocol/signaling";
import { useEffect, useRef } from "react";
import type { RunningAppView } from "./use-app-view.ts";

/** Follows the server's state; acts once per return, and only while the view waits for it. */
export function useReturnOfServer(server: ServerView | undefined, view: RunningAppView): void {
  const wasOffline = useRef(false);
  const waits = (view.state.phase === "lost" || view.state.phase === "failed") && view.state.code === "offline";
  const online = server !== undefined && server.state !== "disconnected";
  const { retry } = view;
  useEffect(() => {
    if (server !== undefined && !online) wasOffline.current = true;
    if (!online || !wasOffline.current) return;
    wasOffline.current = false;
    if (waits) retry();
  }, [server, online, waits, retry]);
}
