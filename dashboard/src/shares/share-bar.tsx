/** The thin bar above a shared app: what it is, how it is connected, reload. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { StateLine } from "../app-view/state-line.tsx";
import { TroubleBadge } from "../app-view/trouble-badge.tsx";
import type { RunningAppView } from "../app-view/use-app-view.ts";
import { BrandMark } from "../shell/brand-mark.tsx";
import { stateLine } from "../words/state-line.ts";
import "../app-view/app-bar.css";

interface ShareBarProps {
  readonly view: RunningAppView;
  readonly serviceName: string;
  /** As the link names it. */
  readonly serverId: string;
}

/** The bar. */
export function ShareBar({ view, serviceName, serverId }: ShareBarProps): ReactElement {
  const open = view.state.phase === "open";
  return (
    <header className="app-bar share-bar">
      <BrandMark />
      <span className="share-bar-title">{serviceName}, shared with you</span>
      <TroubleBadge troubles={view.troubles} />
      <StateLine
        {...view}
        line={stateLine(view.state, undefined)}
        label="the machine that shares it"
        serverId={serverId}
      />
      <Tooltip label="Reload the app">
        <ActionIcon aria-label="Reload the app" onClick={view.reload} disabled={!open}>
          <IconRefresh size={16} />
        </ActionIcon>
      </Tooltip>
    </header>
  );
}
