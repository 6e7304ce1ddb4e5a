/** Where a request's time went, in words. */
import type { InspectedRequest } from "@culvert/browser-client";
import type { ReactElement } from "react";
import { exactWords } from "../words/moment.ts";
import { timeParts } from "./request-words.ts";
import { barMs, Waterfall } from "./waterfall.tsx";

/** A line for each part, and the whole. */
export function TimingView({ request }: { request: InspectedRequest }): ReactElement {
  const { kind, atMs, headMs, targetMs, totalMs } = request;
  return (
    <div className="timing-view">
      <p className="dim">
        Began <time dateTime={new Date(atMs).toISOString()}>{exactWords(atMs, { nowMs: atMs })}</time>.
      </p>
      <Waterfall request={request} scaleMs={Math.max(1, barMs(request))} />
      <dl>
        {timeParts(request).map(({ name, title, meaning, ms }) => (
          <div key={name}>
            <dt>
              <span className="timing-sign" data-part={name} aria-hidden="true" />
              {title} <span className="dim">{meaning}</span>
            </dt>
            <dd className="tabular">{ms.toFixed(1)} ms</dd>
          </div>
        ))}
        <div>
          <dt>{kind === "http" ? "In all" : "Open for"}</dt>
          <dd className="tabular">{totalMs === null ? "still going on" : `${totalMs.toFixed(1)} ms`}</dd>
        </div>
      </dl>
      {headMs !== null && targetMs === null && (
        <p className="dim">The agent is of a version that does not say what the app itself took.</p>
      )}
    </div>
  );
}
