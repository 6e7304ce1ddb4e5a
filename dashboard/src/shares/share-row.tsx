/** One share link in a list: what it lets through, how it stands, and taking it back. */
import type { DeskShare, ShareSummary } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { ConfirmButton } from "../changes/confirm-button.tsx";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { agoWords } from "../words/moment.ts";
import { isHeldByMachine, isLiveShare, revokeWords, scopeWords, shareStateWords } from "./share-words.ts";

/** `counted`: what the agent says of it, where it can be asked. `onServer`: named where the list is of several. */
interface ShareRowProps {
  readonly share: ShareSummary;
  readonly counted?: DeskShare | undefined;
  readonly onServer?: string;
  readonly mayRevoke: boolean;
  onRevoke(): Promise<unknown>;
}

/** The row. */
export function ShareRow({ share, counted, onServer, mayRevoke, onRevoke }: ShareRowProps): ReactElement {
  const nowMs = useNow(30_000);
  const name = share.label === "" ? share.serviceName : share.label;
  const isLive = isLiveShare(share, counted, nowMs);
  const isHeld = isHeldByMachine(share, counted, nowMs);
  const scope = counted === undefined ? share.serviceName : scopeWords(counted);
  const words = [
    onServer === undefined ? scope : `${scope} on ${onServer}`,
    ...shareStateWords(share, counted, { nowMs }),
  ];
  return (
    <li className="panel-row">
      <span>
        <StateDot tone={isLive ? "ready" : "offline"} /> <strong>{name}</strong>
        <br />
        <span className="dim tabular">
          {words.join(" · ")} · made <ExactTime atMs={share.createdAt} words={agoWords(share.createdAt, { nowMs })} />
        </span>
      </span>
      {(isLive || isHeld) && mayRevoke && (
        <ConfirmButton
          label={isHeld ? "Revoke on the machine" : "Revoke"}
          name={`Revoke the share ${name}`}
          question={`Revoke the share link ${name}?`}
          onConfirm={onRevoke}
        >
          <p>{revokeWords(counted)}</p>
        </ConfirmButton>
      )}
    </li>
  );
}
