/** The new server is there: open it, or read why it does not open yet. */

import type { ServerView } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { ReactElement } from "react";
import { TypedText } from "../shell/typed-text.tsx";
import { appViewHref, openability } from "../words/openability.ts";
import { machineWords } from "../words/server-state.ts";

/** Follows the server's live state while the dialog is open. */
export function ArrivedServer({ server, onDone }: { server: ServerView; onDone(): void }): ReactElement {
  const outcome = openability(server, { nowMs: Date.now() });
  const reason = outcome.kind === "blocked" ? outcome.reason : outcome.warning;
  return (
    <div className="arrived" role="status">
      <span className="arrived-sign">
        <IconCheck size={24} />
      </span>
      <h2>{server.label} is here</h2>
      <p className="enrolment-meta">{machineWords(server)}</p>
      {reason && (
        <p className="enrolment-meta">
          {reason.what} <TypedText text={reason.remedy} />
        </p>
      )}
      <div className="arrived-actions">
        <Button variant="default" onClick={onDone}>
          Back to the list
        </Button>
        {outcome.kind === "openable" && (
          <Button component="a" href={appViewHref(server.serverId, outcome.serviceName)}>
            Open {outcome.serviceName}
          </Button>
        )}
      </div>
    </div>
  );
}
