/** A page of a signed-in person inside the shell: its title, what can be done with all of it, and what it holds. */
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { useFeedState } from "../live/feed-state.ts";
import { Shell } from "./shell.tsx";
import "./page-frame.css";

const route = getRouteApi("/account");

interface PageFrameProps {
  readonly title: ReactNode;
  /** Beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Frame, title, content. */
export function PageFrame({ title, actions, children }: PageFrameProps): ReactElement {
  const { account } = route.useRouteContext();
  return (
    <Shell account={account} feedState={useFeedState()}>
      <div className="page-head">
        <h1 className="page-title">{title}</h1>
        {actions}
      </div>
      <div className="page-panels">{children}</div>
    </Shell>
  );
}
