/** Ties the live feed to the cache, for as long as somebody is signed in. */
import type { ServerView } from "@culvert/protocol/signaling";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { accountQuery } from "../api/accounts.ts";
import { serversQuery } from "../api/servers.ts";
import { openEventStream } from "./event-stream.ts";
import { type FeedState, ServerFeed } from "./server-feed.ts";
import { applyServerEvent } from "./server-list.ts";

/** Runs the feed while mounted; gives its state. */
export function useServerFeed(): FeedState {
  const queryClient = useQueryClient();
  const [state, setState] = useState<FeedState>("connecting");
  useEffect(() => {
    const feed = new ServerFeed({
      openStream: () => openEventStream("/api/servers/events"),
      onEvent: (event) => {
        void queryClient.cancelQueries({ queryKey: serversQuery.queryKey });
        queryClient.setQueryData(serversQuery.queryKey, (known: readonly ServerView[] | undefined) =>
          known === undefined && event.type !== "servers" ? undefined : applyServerEvent(known ?? [], event),
        );
      },
      onState: setState,
      onFailure: () => void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }),
    });
    const nudge = (): void => feed.nudge();
    window.addEventListener("online", nudge);
    document.addEventListener("visibilitychange", nudge);
    return () => {
      window.removeEventListener("online", nudge);
      document.removeEventListener("visibilitychange", nudge);
      feed.close();
    };
  }, [queryClient]);
  return state;
}
