/** The feed's state for the pages below the one that runs it. */
import { createContext, useContext } from "react";
import type { FeedState } from "./server-feed.ts";

const FeedStateContext = createContext<FeedState>("connecting");

/** Put around the pages by the layout that runs the feed. */
export const FeedStateProvider = FeedStateContext.Provider;

/** The state of the live feed. */
export function useFeedState(): FeedState {
  return useContext(FeedStateContext);
}
