/** Invitations that nobody has used yet. */
import type { Invitation } from "@culvert/protocol/signaling";
import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { invitationsQuery, revokeInvitation } from "../api/members.ts";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { momentWords } from "../words/moment.ts";
import { roleWithArticle } from "../words/roles.ts";
import { troubleFrom } from "../words/trouble.ts";

interface InvitationListProps {
  readonly invitations: readonly Invitation[];
  readonly mayRevoke: boolean;
}

/** The section. */
export function InvitationList({ invitations, mayRevoke }: InvitationListProps): ReactElement {
  const nowMs = useNow(30_000);
  const client = useQueryClient();
  const revocation = useMutation({
    mutationFn: revokeInvitation,
    onSettled: () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
  return (
    <section className="panel" aria-labelledby="invitations-title">
      <h2 id="invitations-title">Open invitations</h2>
      {revocation.error !== null && <TroubleNote trouble={troubleFrom(revocation.error)} />}
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
              <Button
                size="xs"
                variant="default"
                aria-label={`Take back the invitation of ${note === "" ? "somebody" : note}`}
                onClick={() => revocation.mutate(invitationId)}
              >
                Take back
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
