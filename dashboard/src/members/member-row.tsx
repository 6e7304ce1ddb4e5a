/** One member: name, role, last seen; an owner changes the role or removes them. */
import type { Account, Member, Role } from "@culvert/protocol/signaling";
import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { changeRole, membersQuery, removeMember } from "../api/members.ts";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { agoWords, momentWords } from "../words/moment.ts";
import { roles } from "../words/roles.ts";
import { troubleFrom } from "../words/trouble.ts";

/** The row. */
export function MemberRow({ member, account }: { member: Member; account: Account }): ReactElement {
  const nowMs = useNow(30_000);
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const { memberId, name, email, role, joinedAt, lastUsedAt } = member;
  const isSelf = memberId === account.memberId;
  const refresh = () => client.invalidateQueries({ queryKey: membersQuery.queryKey });
  // Whoever changes their own rights loads the dashboard anew, with those that they have now.
  const afterwards = () => (isSelf ? window.location.assign("/sign-in") : refresh());
  const changing = useMutation({ mutationFn: changeRole, onSuccess: afterwards });
  const removal = useMutation({
    mutationFn: () => removeMember(memberId),
    onSuccess: () => {
      setRemoving(false);
      return afterwards();
    },
  });
  return (
    <li className="panel-row member-row">
      <span>
        <span className="sign-in-row-name">
          <strong>{name}</strong>
          {isSelf && <span className="tag">you</span>}
        </span>
        <span className="dim tabular">
          {email} · {lastUsedAt === null ? "signed out" : `last seen ${agoWords(lastUsedAt, { nowMs })}`} · since{" "}
          <ExactTime atMs={joinedAt} words={momentWords(joinedAt, { nowMs })} />
        </span>
        {changing.error !== null && <TroubleNote trouble={troubleFrom(changing.error)} />}
      </span>
      {account.role === "owner" ? (
        <span className="member-actions">
          <select
            className="role-choice"
            aria-label={`Role of ${name}`}
            value={role}
            disabled={changing.isPending}
            onChange={(event) => changing.mutate({ memberId, role: event.currentTarget.value as Role })}
          >
            {roles.map((choice) => (
              <option key={choice.role} value={choice.role}>
                {choice.name}
              </option>
            ))}
          </select>
          <Button size="xs" variant="default" aria-label={`Remove ${name} …`} onClick={() => setRemoving(true)}>
            Remove …
          </Button>
        </span>
      ) : (
        <span>{roles.find((choice) => choice.role === role)?.name}</span>
      )}
      <Modal opened={removing} onClose={() => setRemoving(false)} title={`Remove ${name}?`} size={448}>
        <p>
          {isSelf ? "You are" : `${name} is`} signed out everywhere, and what is open ends within seconds. The activity
          keeps what was done.
        </p>
        {removal.error !== null && <TroubleNote trouble={troubleFrom(removal.error)} />}
        <div className="panel-actions">
          <Button color="red" loading={removal.isPending} onClick={() => removal.mutate()}>
            Remove
          </Button>
          <Button variant="default" onClick={() => setRemoving(false)}>
            Keep
          </Button>
        </div>
      </Modal>
    </li>
  );
}
