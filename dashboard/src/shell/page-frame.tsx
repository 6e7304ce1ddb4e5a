/** A page of a signed-in person inside the shell: its title and what it holds. */
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { useFeedState } from "../live/feed-state.ts";
import { Shell } from "./shell.tsx";
import "./page-frame.css";

const route = getRouteApi("/account");

/** Frame, title, content. */
export function PageFrame({ title, children }: { title: ReactNode; children: ReactNode }): ReactElement {
  const { account } = route.useRouteContext();
  return (
    <Shell account={account} feedState={useFeedState()}>
      <h1 className="page-title">{title}</h1>
      <div className="page-panels">{children}</div>
    </Shell>
  );
}
