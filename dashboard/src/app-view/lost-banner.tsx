/** Under the bar while the connection is being rebuilt and the app is still to be seen: what happened, what to do. */
import type { AppViewState } from "@culvert/browser-client";
import type { ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { StateDot } from "../shell/state-dot.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { appPainted } from "../words/boot-steps.ts";
import { connectionTrouble } from "./connection-trouble.ts";
import "./lost-banner.css";

/** Nothing unless a painted app has lost its tunnel. */
export function LostBanner({
  state,
  server,
  onRetry,
}: {
  state: AppViewState;
  server: ServerView | undefined;
  onRetry(): void;
}): ReactElement | null {
  const trouble = connectionTrouble(state, server);
  if (trouble === undefined || state.phase !== "lost" || !appPainted(state)) return null;
  return (
    <div className="lost-banner" role="alert">
      <StateDot tone={trouble.code === "offline" ? "offline" : "connecting"} />
      <p>
        {trouble.what} <TypedText text={trouble.remedy} />
      </p>
      <Button size="xs" variant="default" onClick={onRetry}>
        Try now
      </Button>
    </div>
  );
}
