/** Invites a member: a role, for whom, and then the link, which is shown this once. */
import type { Role } from "@culvert/protocol/signaling";
import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactElement, useState } from "react";
import { createInvitation, invitationsQuery } from "../api/members.ts";
import { CopyButton } from "../shell/copy-button.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { momentWords } from "../words/moment.ts";
import { roles, roleWithArticle } from "../words/roles.ts";
import { troubleFrom } from "../words/trouble.ts";

/** Mounted while it is open. */
export function InviteDialog({ onClose }: { onClose(): void }): ReactElement {
  const client = useQueryClient();
  const [role, setRole] = useState<Role>("operator");
  const [note, setNote] = useState("");
  const invitation = useMutation({
    mutationFn: () => createInvitation({ role, note }),
    onSuccess: () => client.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    invitation.mutate();
  };
  const made = invitation.data;
  return (
    <Modal
      opened
      onClose={onClose}
      size={520}
      title={made === undefined ? "Invite a member" : "Send this link"}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {made === undefined ? (
        <form className="invite" onSubmit={submit}>
          <fieldset className="role-options">
            <legend>Role</legend>
            {roles.map((choice) => (
              <label key={choice.role}>
                <input
                  type="radio"
                  name="role"
                  value={choice.role}
                  checked={choice.role === role}
                  onChange={() => setRole(choice.role)}
                />
                <strong>{choice.name}</strong>
                <span>{choice.may}</span>
              </label>
            ))}
          </fieldset>
          <TextInput
            label="For whom"
            description="So that you know it again in the list. They see it nowhere."
            maxLength={64}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {invitation.error !== null && <TroubleNote trouble={troubleFrom(invitation.error)} />}
          <Button type="submit" loading={invitation.isPending}>
            Make the link
          </Button>
        </form>
      ) : (
        <div className="invite">
          <p>
            Whoever opens it first joins as {roleWithArticle(made.role)}. It works once, until{" "}
            {momentWords(made.expiresAt, { nowMs: Date.now() })}, and is shown only now: send it on a way that you
            trust.
          </p>
          <div className="invitation-link">
            <code>{made.url}</code>
            <CopyButton text={made.url} />
          </div>
          <Button variant="default" onClick={onClose}>
            Done
          </Button>
        </div>
      )}
    </Modal>
  );
}
