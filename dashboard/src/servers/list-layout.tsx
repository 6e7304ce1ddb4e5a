/** The route `/`: the list in its frame. */
import { getRouteApi } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { useFeedState } from "../live/feed-state.ts";
import { Shell } from "../shell/shell.tsx";
import { ServersPage } from "./servers-page.tsx";

const route = getRouteApi("/account/");

/** Frame and list. */
export function ListLayout(): ReactElement {
  const { account } = route.useRouteContext();
  const feedState = useFeedState();
  useEffect(() => {
    document.title = "Servers – Culvert";
  }, []);
  return (
    <Shell account={account} feedState={feedState}>
      <ServersPage />
    </Shell>
  );
}
