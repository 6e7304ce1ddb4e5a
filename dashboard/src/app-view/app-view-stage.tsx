/** The app's place on a page without a server list: the app, and over it the boot or the trouble until it paints. */
import { Button } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { appPainted } from "../words/boot-steps.ts";
import { BootStepList } from "./boot-step-list.tsx";
import { connectionTrouble } from "./connection-trouble.ts";
import { LostBanner } from "./lost-banner.tsx";
import type { RunningAppView } from "./use-app-view.ts";
import "./boot-overlay.css";

/** Codes that no second try mends. */
const final: ReadonlySet<string> = new Set(["revoked", "expired", "already-used", "not-found", "forbidden"]);

interface AppViewStageProps {
  readonly view: RunningAppView;
  readonly headline: string;
  /** In place of the trouble, where there is something to do about it. */
  readonly children?: ReactNode;
}

/** Stage, banner and overlay. */
export function AppViewStage({ view, headline, children }: AppViewStageProps): ReactElement {
  const { state } = view;
  const painted = appPainted(state);
  const shown = !painted || state.phase === "failed" || state.phase === "closed";
  const trouble = shown ? connectionTrouble(state, undefined) : undefined;
  const canRetry = trouble === undefined ? state.phase === "closed" : !final.has(trouble.code);
  return (
    <>
      <LostBanner state={state} server={undefined} onRetry={view.retry} />
      <main className="app-stage">
        <div className="app-frame" ref={view.stage} inert={shown && painted} />
        <div
          className="boot-overlay"
          data-shown={shown || undefined}
          data-over-app={painted || undefined}
          inert={!shown}
        >
          <section className="boot-card" aria-label={headline}>
            <h1>{trouble?.headline ?? headline}</h1>
            <p> </p>
            {"steps" in state && !painted && trouble === undefined && <BootStepList steps={state.steps} />}
            {children || (trouble && <TroubleNote trouble={trouble} />)}
            {!children && canRetry && (
              <div className="boot-actions">
                <Button onClick={view.retry}>{state.phase === "lost" ? "Try now" : "Try again"}</Button>
              </div>
            )}
          </section>
        </div>
      </main>
    </>
  );
}
