/** One server: its state, its services, who has it open and how, whether it opens, and if not why. */
import type { Role, ServerView } from "@culvert/protocol/signaling";
import { memo, type ReactElement, useId } from "react";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { TypedText } from "../shell/typed-text.tsx";
import { viewersWords } from "../words/open-viewers.ts";
import { openabilityFor, type Reason } from "../words/openability.ts";
import { machineWords, seenWords, serverStateWords } from "../words/server-state.ts";
import { OpenButton } from "./open-button.tsx";
import { ServiceList } from "./service-list.tsx";
import "./server-row.css";

interface ServerRowProps {
  readonly server: ServerView;
  /** Of who looks. */
  readonly role: Role;
  readonly nowMs: number;
}

/** What stands in an item of the list; drawn anew only where the server, the role or the minute is another. */
export const ServerRow = memo(function ServerRow({ server, role, nowMs }: ServerRowProps): ReactElement {
  const reader = { nowMs };
  const outcome = openabilityFor(role, server, reader);
  const { tone, word } = serverStateWords(server.state);
  const reason = outcome.kind === "blocked" ? outcome.reason : outcome.warning;
  const reasonId = useId();
  const machine = machineWords(server);
  const viewers = viewersWords(server.viewers ?? []);
  return (
    <div className="server-row" data-state={server.state}>
      <div className="server-row-name">
        <StateDot tone={tone} />
        <h2>
          <a href={`/servers/${server.serverId}`}>{server.label}</a>
        </h2>
        {server.group !== undefined && <span className="server-row-group">{server.group}</span>}
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
      <div className="server-row-services">
        <ServiceList server={server} />
        {viewers !== "" && <p className="server-row-viewers tabular">{viewers}</p>}
      </div>
      <div className="server-row-action">
        <OpenButton server={server} outcome={outcome} reasonId={reason && reasonId} />
      </div>
      {reason && <ReasonLine reason={reason} id={reasonId} />}
    </div>
  );
});

function ReasonLine({ reason, id }: { reason: Reason; id: string }): ReactElement {
  return (
    <p className="server-row-reason" id={id}>
      {reason.what} <TypedText text={reason.remedy} />
    </p>
  );
}
