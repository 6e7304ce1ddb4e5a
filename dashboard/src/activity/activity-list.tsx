/** Audit events as rows: when, who, what, from where. */
import type { AuditEventView } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { activityWords } from "../words/activity.ts";
import { momentWords } from "../words/moment.ts";

/** The rows. */
export function ActivityList({ events }: { events: readonly AuditEventView[] }): ReactElement {
  const nowMs = useNow(60_000);
  return (
    <ol className="activity-list" aria-label="Activity">
      {events.map((event) => (
        <li key={event.sequence} className="activity-row" data-action={event.action}>
          <span className="dim tabular">
            <ExactTime atMs={event.at} words={momentWords(event.at, { nowMs })} />
          </span>
          <span className="activity-what">
            <strong>{event.who === "" ? "Somebody" : event.who}</strong> {activityWords(event)}
          </span>
          <span className="dim mono">{event.address}</span>
        </li>
      ))}
    </ol>
  );
}
