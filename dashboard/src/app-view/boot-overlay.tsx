/**
 * What stands in the app's place until it paints, and over it once it will not come back by itself.
 * Invariant: while an app is to be seen and may go on, nothing of ours lies over it.
 */
import type { AppViewState } from "@culvert/browser-client";
import type { Code } from "@culvert/protocol";
import type { ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { appPainted } from "../words/boot-steps.ts";
import { BootStepList } from "./boot-step-list.tsx";
import { connectionTrouble } from "./connection-trouble.ts";
import "./boot-overlay.css";

/** What the overlay shows. */
interface BootOverlayProps {
  readonly state: AppViewState;
  readonly server: ServerView | undefined;
  readonly serviceName: string;
  onRetry(): void;
}

/** Steps with times, and in trouble: which step, why, what to do. */
export function BootOverlay({ state, server, serviceName, onRetry }: BootOverlayProps): ReactElement {
  const painted = appPainted(state);
  const shown = !painted || state.phase === "failed" || state.phase === "closed";
  const trouble = shown ? connectionTrouble(state, server) : undefined;
  return (
    <div className="boot-overlay" data-shown={shown || undefined} data-over-app={painted || undefined} inert={!shown}>
      <section className="boot-card" aria-label={`Opening ${serviceName}`}>
        <h1>{headlineOf(state, serviceName)}</h1>
        <p>{server === undefined ? " " : `on ${server.label}`}</p>
        {"steps" in state && !painted && <BootStepList steps={state.steps} />}
        {trouble && <TroubleNote trouble={trouble} />}
        {(trouble || state.phase === "closed") && (
          <div className="boot-actions">
            {server !== undefined && <KeyAction server={server} code={trouble?.code} />}
            <Button onClick={onRetry}>{state.phase === "lost" ? "Try now" : "Try again"}</Button>
            <Button variant="default" component="a" href="/">
              Back to the servers
            </Button>
          </div>
        )}
      </section>
    </div>
  );
}

/** Where a key must be compared or a device approved, trying again is no way out. */
function KeyAction({ server, code }: { server: ServerView; code: Code | undefined }): ReactElement | null {
  if (code === "approval-needed")
    return (
      <Button component="a" href={`/approve#${server.serverId}`}>
        Approve this device
      </Button>
    );
  if (code !== "key-changed") return null;
  return (
    <Button component="a" href={`/servers/${server.serverId}`}>
      Compare the keys
    </Button>
  );
}

function headlineOf(state: AppViewState, serviceName: string): string {
  switch (state.phase) {
    case "connecting":
    case "open":
      return `Opening ${serviceName}`;
    case "lost":
      return `${serviceName} is not reachable`;
    case "failed":
      return `${serviceName} did not open`;
    case "closed":
      return `${serviceName} is closed`;
  }
}
