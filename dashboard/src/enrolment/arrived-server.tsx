/** The new server is there: open it, or read what is still waited for. */
import type { ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import type { ReactElement } from "react";
import { TypedText } from "../shell/typed-text.tsx";
import { appViewHref, openability } from "../words/openability.ts";
import { machineWords } from "../words/server-state.ts";
import { ArrivalList } from "./arrival-list.tsx";

/** Follows the server's live state while the dialog is open. */
export function ArrivedServer({ server, onDone }: { server: ServerView; onDone(): void }): ReactElement {
  const outcome = openability(server, { nowMs: Date.now() });
  const reason = outcome.kind === "blocked" ? outcome.reason : outcome.warning;
  return (
    <div className="arrived">
      <div>
        <h2 role="status">{server.label} is here</h2>
        <p className="enrolment-meta">{machineWords(server)}</p>
      </div>
      <ArrivalList server={server} />
      {reason && (
        <p className="enrolment-meta">
          {reason.what} <TypedText text={reason.remedy} />
        </p>
      )}
      <div className="arrived-actions">
        {outcome.kind === "openable" && (
          <Button component="a" href={appViewHref(server.serverId, outcome.serviceName)} data-autofocus>
            Open {outcome.serviceName}
          </Button>
        )}
        <Button variant="default" onClick={onDone}>
          Back to the list
        </Button>
      </div>
    </div>
  );
}
