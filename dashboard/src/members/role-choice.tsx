/**
 * A member's role, as an owner changes it: at once, and it can be taken back. One's own is asked for first: with fewer
 * rights nobody can give themselves more.
 */
import type { Member, Role } from "@culvert/protocol/signaling";
import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import { changeRole, membersQuery } from "../api/members.ts";
import { useChange } from "../changes/use-change.ts";
import { TroubleNote } from "../shell/trouble-note.tsx";
import { roles, roleWithArticle } from "../words/roles.ts";
import { troubleFrom } from "../words/trouble.ts";
import { reloadWithNewRights } from "./new-rights.ts";

interface RoleWish {
  readonly memberId: string;
  readonly role: Role;
  /** The one before. */
  readonly was: Role;
}

/** The choice, and the question where it is one's own. */
export function RoleChoice({ member, isSelf }: { member: Member; isSelf: boolean }): ReactElement {
  const { memberId, name, role } = member;
  const [asked, setAsked] = useState<Role>();
  const changing = useChange<readonly Member[], RoleWish>({
    queryKey: membersQuery.queryKey,
    send: changeRole,
    apply: (members, wish) =>
      members.map((each) => (each.memberId === wish.memberId ? { ...each, role: wish.role } : each)),
    notice: (wish, change) => ({
      text: `${name} is ${roleWithArticle(wish.role)} now.`,
      undo: () => change({ ...wish, role: wish.was, was: wish.role }),
    }),
  });
  const own = useMutation({ mutationFn: changeRole, onSuccess: reloadWithNewRights });
  const choose = (wanted: Role): void => {
    if (isSelf) setAsked(wanted);
    else changing.mutate({ memberId, role: wanted, was: role });
  };
  return (
    <>
      <select
        className="role-choice"
        aria-label={`Role of ${name}`}
        value={role}
        disabled={changing.isPending}
        onChange={(event) => choose(event.currentTarget.value as Role)}
      >
        {roles.map((choice) => (
          <option key={choice.role} value={choice.role}>
            {choice.name}
          </option>
        ))}
      </select>
      {changing.error !== null && <TroubleNote trouble={troubleFrom(changing.error)} />}
      <Modal
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={`Become ${roleWithArticle(asked ?? role)}?`}
        size={448}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <div className="confirm-words">
          <p>{roles.find((words) => words.role === asked)?.may} Only another owner can make you an owner again.</p>
        </div>
        {own.error !== null && <TroubleNote trouble={troubleFrom(own.error)} />}
        <div className="panel-actions">
          <Button color="red" loading={own.isPending} onClick={() => own.mutate({ memberId, role: asked ?? role })}>
            Change my role
          </Button>
          <Button variant="default" onClick={() => setAsked(undefined)}>
            Stay an owner
          </Button>
        </div>
      </Modal>
    </>
  );
}
