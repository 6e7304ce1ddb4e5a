/** The App View: a thin bar, and an app from somebody's own machine below it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactElement, useCallback, useEffect } from "react";
import { serversQuery } from "../api/servers.ts";
import { momentWords } from "../words/moment.ts";
import { stateLine } from "../words/state-line.ts";
import { windowTitle } from "./app-address.ts";
import { AppBar } from "./app-bar.tsx";
import { BootOverlay } from "./boot-overlay.tsx";
import { openKnownServer } from "./known-server.ts";
import { LostBanner } from "./lost-banner.tsx";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { useAppView } from "./use-app-view.ts";
import { useReturnOfServer } from "./use-return-of-server.ts";
import { useTabIcon } from "./use-tab-icon.ts";
import "./app-view-page.css";

const route = getRouteApi("/account/app-view/$serverId/$serviceName");

/** The page at `/app-view/<serverId>/<serviceName>`. */
export function AppViewPage(): ReactElement {
  const { serverId, serviceName } = route.useParams();
  const { account } = route.useRouteContext();
  const { data: servers } = useQuery(serversQuery);
  const server = servers?.find((it) => it.serverId === serverId);
  const label = server?.label ?? "your server";
  const { accountId } = account;
  const queryClient = useQueryClient();
  const open = useCallback(
    (deviceKey: string) => openKnownServer(queryClient, { accountId, serverId, serviceName, deviceKey }),
    [queryClient, accountId, serverId, serviceName],
  );
  const view = useAppView({ accountId, open });
  useReturnOfServer(server, view);
  useTabIcon(view.icon);

  const title = windowTitle(view.location.title, serviceName, label);
  useEffect(() => {
    document.title = title;
  }, [title]);

  const lastSeenMs = server?.state === "disconnected" ? server.lastConnectedAt : null;
  const offlineSince = lastSeenMs === null ? undefined : momentWords(lastSeenMs, { nowMs: Date.now() });
  return (
    <div className="app-view">
      <AppBar view={view} server={server} serviceName={serviceName} line={stateLine(view.state, offlineSince)} />
      <LostBanner state={view.state} server={server} onRetry={view.retry} />
      <main className="app-stage">
        <div className="app-frame" ref={view.stage} />
        <BootOverlay state={view.state} server={server} serviceName={serviceName} onRetry={view.retry} />
      </main>
      <SignInDialog question={view.question} serviceName={serviceName} label={label} onAnswer={view.answerSignIn} />
    </div>
  );
}
