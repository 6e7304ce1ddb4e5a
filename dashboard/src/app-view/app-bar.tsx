/** The thin bar above an app: where it is, how it is connected, and what can be done. */
import type { ServerView } from "@culvert/protocol/signaling";
import { IconChevronLeft } from "@tabler/icons-react";
import type { ReactElement } from "react";
import type { Tone } from "../words/tone.ts";
import { BarActions } from "./bar-actions.tsx";
import { PathField } from "./path-field.tsx";
import { ServiceSwitch } from "./service-switch.tsx";
import { StateLine } from "./state-line.tsx";
import { TroubleBadge } from "./trouble-badge.tsx";
import type { RunningAppView } from "./use-app-view.ts";
import type { BarAction } from "./use-bar-actions.tsx";
import "./app-bar.css";

/** What the bar shows; `server` is undefined until the list is there. */
interface AppBarProps {
  readonly view: RunningAppView;
  readonly server: ServerView | undefined;
  readonly serviceName: string;
  readonly line: { readonly tone: Tone; readonly text: string };
  readonly actions: readonly BarAction[];
}

/** The bar. */
export function AppBar({ view, server, serviceName, line, actions }: AppBarProps): ReactElement {
  const open = view.state.phase === "open";
  return (
    <header className="app-bar">
      <a className="app-bar-back" href="/" aria-label="Back to the servers" title="Back to the servers">
        <IconChevronLeft size={18} />
      </a>
      <ServiceSwitch server={server} serviceName={serviceName} />
      <PathField path={view.location.path} onNavigate={view.navigate} disabled={!open} />
      <TroubleBadge troubles={view.troubles} />
      <StateLine {...view} line={line} label={server?.label ?? "the server"} serverId={server?.serverId} />
      <BarActions actions={actions} />
    </header>
  );
}
