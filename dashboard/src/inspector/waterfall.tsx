/** Where a request's time went, as a bar; the words for it stand in its details. */
import type { InspectedRequest } from "@culvert/browser-client";
import type { ReactElement } from "react";
import { timeParts } from "./request-words.ts";
import "./waterfall.css";

/** `scaleMs`: the time of the whole width. */
export function Waterfall({ request, scaleMs }: { request: InspectedRequest; scaleMs: number }): ReactElement {
  return (
    <span className="waterfall" aria-hidden="true">
      {timeParts(request).map(({ name, ms }) => (
        <span key={name} data-part={name} style={{ width: `${Math.min(100, (ms / scaleMs) * 100)}%` }} />
      ))}
    </span>
  );
}

/** How long a line's bar is. */
export function barMs(request: InspectedRequest): number {
  return timeParts(request).reduce((sum, { ms }) => sum + ms, 0);
}
