/** The App View: a thin bar, and an app from somebody's own machine below it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, type ReactElement, Suspense, useCallback, useEffect } from "react";
import { serversQuery } from "../api/servers.ts";
import { pagePart } from "../setup/page-part.ts";
import { momentWords } from "../words/moment.ts";
import { stateLine } from "../words/state-line.ts";
import { windowTitle } from "./app-address.ts";
import { AppBar } from "./app-bar.tsx";
import { BootOverlay } from "./boot-overlay.tsx";
import { HiddenBar } from "./hidden-bar.tsx";
import { openKnownServer } from "./known-server.ts";
import { LostBanner } from "./lost-banner.tsx";
import { SignInDialog } from "./sign-in-dialog.tsx";
import { useAppView } from "./use-app-view.ts";
import { useBarActions } from "./use-bar-actions.tsx";
import { useFrame } from "./use-frame.ts";
import { useReturnOfServer } from "./use-return-of-server.ts";
import { useTabIcon } from "./use-tab-icon.ts";
import "./app-view-page.css";

// None of them keeps the app from its first paint.
const Inspector = lazy(() =>
  pagePart(() => import("../inspector/inspector.tsx")).then((part) => ({ default: part.Inspector })),
);
const ShortcutDialog = lazy(() =>
  pagePart(() => import("./shortcut-dialog.tsx")).then((part) => ({ default: part.ShortcutDialog })),
);
const ShareFromAppView = lazy(() =>
  pagePart(() => import("./share-from-app-view.tsx")).then((part) => ({ default: part.ShareFromAppView })),
);

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
  const canShare = account.role === "owner" && server?.capabilities.desk === true && server.state !== "disconnected";
  const frame = useFrame(canShare);
  const actions = useBarActions(view, frame);
  useReturnOfServer(server, view);
  useTabIcon(view.icon);

  const title = windowTitle(view.location.title, serviceName, label);
  useEffect(() => {
    document.title = title;
  }, [title]);

  const lastSeenMs = server?.state === "disconnected" ? server.lastConnectedAt : null;
  const offlineSince = lastSeenMs === null ? undefined : momentWords(lastSeenMs, { nowMs: Date.now() });
  const line = stateLine(view.state, offlineSince);
  return (
    <div className="app-view">
      {frame.isBarHidden ? (
        <HiddenBar line={line} onShow={frame.showBar} />
      ) : (
        <AppBar {...{ view, server, serviceName, line, actions }} />
      )}
      <LostBanner state={view.state} server={server} onRetry={view.retry} />
      <main className="app-stage">
        <div className="app-frame" ref={view.stage} />
        <BootOverlay state={view.state} server={server} serviceName={serviceName} onRetry={view.retry} />
      </main>
      {frame.isInspecting && view.inspector !== undefined && (
        <Suspense fallback={<div className="inspector-wait" role="status" aria-label="Opening the inspector" />}>
          <Inspector
            inspector={view.inspector}
            serviceName={serviceName}
            appOrigin={view.appOrigin}
            onClose={frame.toggleInspector}
          />
        </Suspense>
      )}
      <Suspense>
        {frame.dialog === "shortcuts" && <ShortcutDialog actions={actions} onClose={frame.closeDialog} />}
        {frame.dialog === "share" && server !== undefined && (
          <ShareFromAppView {...{ server, serviceName, accountId }} onClose={frame.closeDialog} />
        )}
      </Suspense>
      <SignInDialog question={view.question} serviceName={serviceName} label={label} onAnswer={view.answerSignIn} />
    </div>
  );
}
