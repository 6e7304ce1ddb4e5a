/** Invitations that nobody has used yet. */
import type { Invitation } from "@culvert/protocol/signaling";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { invitationsQuery, revokeInvitation } from "../api/members.ts";
import { ConfirmButton } from "../changes/confirm-button.tsx";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { momentWords } from "../words/moment.ts";
import { roleWithArticle } from "../words/roles.ts";

interface InvitationListProps {
  readonly invitations: readonly Invitation[];
  readonly mayRevoke: boolean;
}

/** The section. */
export function InvitationList({ invitations, mayRevoke }: InvitationListProps): ReactElement {
  const nowMs = useNow(30_000);
  const client = useQueryClient();
  const takeBack = async (invitationId: string): Promise<void> => {
    await revokeInvitation(invitationId);
    await client.invalidateQueries({ queryKey: invitationsQuery.queryKey });
  };
  return (
    <section className="panel" aria-labelledby="invitations-title">
      <h2 id="invitations-title">Open invitations</h2>
      <ul className="panel-list" aria-label="Open invitations">
        {invitations.map(({ invitationId, role, note, invitedBy, expiresAt }) => (
          <li key={invitationId} className="panel-row">
            <span>
              <strong>{note === "" ? "Somebody" : note}</strong> as {roleWithArticle(role)}
              <br />
              <span className="dim tabular">
                by {invitedBy} · good until <ExactTime atMs={expiresAt} words={momentWords(expiresAt, { nowMs })} />
              </span>
            </span>
            {mayRevoke && (
              <ConfirmButton
                label="Take back"
                name={`Take back the invitation of ${note === "" ? "somebody" : note}`}
                question={`Take back the invitation of ${note === "" ? "somebody" : note}?`}
                onConfirm={() => takeBack(invitationId)}
              >
                <p>Its link lets nobody in any more. To invite them after all, make a new one.</p>
              </ConfirmButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
