/** Behind the state line: how the app is connected, in numbers and in words, and what could be better. */
import type { AppFigures, AppViewPath, AppViewState } from "@culvert/browser-client";
import { fingerprintOf } from "@culvert/protocol/signaling";
import { lazy, type ReactElement, Suspense } from "react";
import { pagePart } from "../setup/page-part.ts";
import { connectionFigures } from "../words/connection-figures.ts";
import { pathMeaning } from "../words/state-line.ts";
import { whyNotDirect } from "../words/why-not-direct.ts";
import { BootStepList } from "./boot-step-list.tsx";
import type { PathHistory } from "./path-history.ts";
import { PathList } from "./path-list.tsx";

const PathCharts = lazy(() =>
  pagePart(() => import("./path-charts.tsx")).then((part) => ({ default: part.PathCharts })),
);

/** What it shows. */
export interface ConnectionDetailsProps {
  readonly state: AppViewState;
  readonly paths: readonly AppViewPath[];
  readonly history: PathHistory;
  readonly figures: AppFigures | undefined;
  readonly title: string;
  readonly label: string;
  /** Whose key seals; undefined until it is known. */
  readonly serverId: string | undefined;
}

/** The inside of the popover. */
export function ConnectionDetails(props: ConnectionDetailsProps): ReactElement {
  const { state, paths, history, figures, title, label, serverId } = props;
  const why = state.phase === "open" ? whyNotDirect(state, label) : undefined;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard scrolls what has the focus
    <div className="state-line-details" tabIndex={0} data-autofocus>
      <strong>{title}</strong>
      {state.phase === "open" && <p>{pathMeaning(state.pathKind, label)}</p>}
      {(state.phase === "lost" || state.phase === "failed") && <p>{state.message}</p>}
      {why !== undefined && (
        <section className="why-not-direct">
          <h3>Why not direct?</h3>
          <p>
            {why.why} {why.remedy}
          </p>
        </section>
      )}
      {state.phase === "open" && (
        <>
          <PathList paths={paths} />
          <Suspense fallback={<div className="path-charts-wait" />}>
            <PathCharts history={history} paths={paths} />
          </Suspense>
          <dl className="connection-figures">
            {connectionFigures(figures, paths).map(([name, words, exact]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="tabular" title={exact}>
                  {words}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {serverId !== undefined && (
        <section>
          <h3>Sealed end to end</h3>
          <p>AES-256-GCM, keys agreed by Noise over X25519. This is {label}’s key; its terminal prints the same:</p>
          <p className="fingerprint">{fingerprintOf(serverId)}</p>
        </section>
      )}
      {"steps" in state && (
        <details>
          <summary>How it opened</summary>
          <BootStepList steps={state.steps} />
        </details>
      )}
    </div>
  );
}
