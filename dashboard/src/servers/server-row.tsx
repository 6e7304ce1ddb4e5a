/** One server: its state, its services, whether it opens, and if not why. */
import type { ServerView } from "@culvert/protocol/signaling";
import { type ReactElement, useId } from "react";
import { useRole } from "../live/use-role.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { openabilityFor, type Reason } from "../words/openability.ts";
import { machineWords, seenWords, serverStateWords } from "../words/server-state.ts";
import { OpenButton } from "./open-button.tsx";
import { ServiceList } from "./service-list.tsx";
import "./server-row.css";

/** A row of the list. */
export function ServerRow({ server, nowMs }: { server: ServerView; nowMs: number }): ReactElement {
  const reader = { nowMs };
  const outcome = openabilityFor(useRole(), server, reader);
  const { tone, word } = serverStateWords(server.state);
  const reason = outcome.kind === "blocked" ? outcome.reason : outcome.warning;
  const reasonId = useId();
  const machine = machineWords(server);
  return (
    <li className="server-row" data-state={server.state}>
      <div className="server-row-name">
        <StateDot tone={tone} />
        <h2>
          <a href={`/servers/${server.serverId}`}>{server.label}</a>
        </h2>
      </div>
      <span className="server-row-state" data-tone={tone}>
        {word}
      </span>
      <p className="server-row-meta tabular">
        {machine !== "" && `${machine} · `}
        {server.lastConnectedAt === null ? (
          seenWords(server, reader)
        ) : (
          <ExactTime atMs={server.lastConnectedAt} words={seenWords(server, reader)} />
        )}
      </p>
      <ServiceList server={server} />
      <div className="server-row-action">
        <OpenButton server={server} outcome={outcome} reasonId={reason && reasonId} />
      </div>
      {reason && <ReasonLine reason={reason} id={reasonId} />}
    </li>
  );
}

function ReasonLine({ reason, id }: { reason: Reason; id: string }): ReactElement {
  return (
    <p className="server-row-reason" id={id}>
      {reason.what} <TypedText text={reason.remedy} />
    </p>
  );
}
