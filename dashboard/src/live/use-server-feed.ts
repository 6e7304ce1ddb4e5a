/** Ties the live feed to the cache, for as long as somebody is signed in. */
import type { ServerEvent, ServerView } from "@culvert/protocol/signaling";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { accountQuery } from "../api/accounts.ts";
import { serversQuery } from "../api/servers.ts";
import { EventBatch } from "./event-batch.ts";
import { openEventStream } from "./event-stream.ts";
import { type FeedState, ServerFeed } from "./server-feed.ts";
import { applyServerEvents } from "./server-list.ts";

/** A list of many servers that change all the time is drawn so often at most. */
const drawnEachMs = 200;

/** Runs the feed while mounted; gives its state. */
export function useServerFeed(): FeedState {
  const queryClient = useQueryClient();
  const [state, setState] = useState<FeedState>("connecting");
  useEffect(() => {
    const batch = new EventBatch<ServerEvent>(drawnEachMs, (events) => {
      void queryClient.cancelQueries({ queryKey: serversQuery.queryKey });
      queryClient.setQueryData(serversQuery.queryKey, (known: readonly ServerView[] | undefined) => {
        const hasAll = known !== undefined || events.some(({ type }) => type === "servers");
        return hasAll ? applyServerEvents(known ?? [], events) : undefined;
      });
    });
    const feed = new ServerFeed({
      openStream: () => openEventStream("/api/servers/events"),
      onEvent: (event) => batch.add(event),
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
      batch.close();
    };
  }, [queryClient]);
  return state;
}
