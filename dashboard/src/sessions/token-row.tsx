/** One access token: what it is for, when it was used, and replacing it or taking it back. */
import type { AccessTokenSummary } from "@culvert/protocol/signaling";
import type { ReactElement } from "react";
import { ConfirmButton } from "../changes/confirm-button.tsx";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { StateDot } from "../shell/state-dot.tsx";
import { agoWords, momentWords } from "../words/moment.ts";

interface TokenRowProps {
  readonly token: AccessTokenSummary;
  onRotate(): Promise<unknown>;
  onRevoke(): Promise<unknown>;
}

/** The row. */
export function TokenRow({ token, onRotate, onRevoke }: TokenRowProps): ReactElement {
  const nowMs = useNow(30_000);
  const { label, expiresAt, revokedAt, lastUsedAt } = token;
  const isLive = revokedAt === null && expiresAt > nowMs;
  return (
    <li className="panel-row">
      <span>
        <StateDot tone={isLive ? "ready" : "offline"} /> <strong>{label}</strong>
        <br />
        <span className="dim tabular">
          {lastUsedAt === null ? (
            "never used"
          ) : (
            <ExactTime atMs={lastUsedAt} words={`used ${agoWords(lastUsedAt, { nowMs })}`} />
          )}{" "}
          ·{" "}
          {revokedAt === null ? (
            <ExactTime
              atMs={expiresAt}
              words={`${expiresAt > nowMs ? "until" : "over since"} ${momentWords(expiresAt, { nowMs })}`}
            />
          ) : (
            <ExactTime atMs={revokedAt} words={`revoked ${agoWords(revokedAt, { nowMs })}`} />
          )}
        </span>
      </span>
      {isLive && (
        <span className="row-actions">
          <ConfirmButton
            label="Rotate"
            name={`Rotate the token ${label}`}
            question={`Rotate the token ${label}?`}
            onConfirm={onRotate}
          >
            <p>
              You get a new token of this name, and the old one stops working at once. Give the new one to every program
              that uses it.
            </p>
          </ConfirmButton>
          <ConfirmButton
            label="Revoke"
            name={`Revoke the token ${label}`}
            question={`Revoke the token ${label}?`}
            onConfirm={onRevoke}
          >
            <p>
              Programs that show it are refused from now on, and what they have open ends. It cannot be brought back.
            </p>
          </ConfirmButton>
        </span>
      )}
    </li>
  );
}
