/** What every page of a signed-in person stands in: the live feed, and the way out when the session ends. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { type ReactElement, useEffect } from "react";
import { accountQuery } from "./api/accounts.ts";
import { NoticePlace } from "./changes/notice-place.tsx";
import { FeedStateProvider } from "./live/feed-state.ts";
import { useServerFeed } from "./live/use-server-feed.ts";
import { rememberReturnAddress } from "./sign-in/return-address.ts";

/** Runs the feed and watches the session. */
export function AccountLayout(): ReactElement {
  const feedState = useServerFeed();
  const { data: account } = useQuery(accountQuery);
  const navigate = useNavigate();
  useEffect(() => {
    if (account !== null) return;
    rememberReturnAddress(sessionStorage, location.pathname + location.search + location.hash);
    void navigate({ to: "/sign-in", replace: true });
  }, [account, navigate]);
  return (
    <FeedStateProvider value={feedState}>
      <Outlet />
      <NoticePlace />
    </FeedStateProvider>
  );
}
