/** One member: name, role, last seen; an owner changes the role or removes them. */
import type { Account, Member } from "@culvert/protocol/signaling";
import { useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { membersQuery, removeMember } from "../api/members.ts";
import { ConfirmButton } from "../changes/confirm-button.tsx";
import { useNow } from "../live/use-now.ts";
import { ExactTime } from "../shell/exact-time.tsx";
import { agoWords, momentWords } from "../words/moment.ts";
import { roles } from "../words/roles.ts";
import { reloadWithNewRights } from "./new-rights.ts";
import { RoleChoice } from "./role-choice.tsx";

interface MemberRowProps {
  readonly member: Member;
  readonly account: Account;
  /** The last owner stays one: the server refuses, and the page says so before. */
  readonly isLastOwner: boolean;
}

/** The row. */
export function MemberRow({ member, account, isLastOwner }: MemberRowProps): ReactElement {
  const nowMs = useNow(30_000);
  const client = useQueryClient();
  const { memberId, name, email, role, joinedAt, lastUsedAt } = member;
  const isSelf = memberId === account.memberId;
  const remove = async (): Promise<void> => {
    await removeMember(memberId);
    if (isSelf) reloadWithNewRights();
    else await client.invalidateQueries({ queryKey: membersQuery.queryKey });
  };
  return (
    <li className="panel-row member-row">
      <span>
        <span className="sign-in-row-name">
          <strong>{name}</strong>
          {isSelf && <span className="tag">you</span>}
        </span>
        <span className="dim tabular">
          {email} ·{" "}
          {lastUsedAt === null ? (
            "signed out"
          ) : (
            <ExactTime atMs={lastUsedAt} words={`last seen ${agoWords(lastUsedAt, { nowMs })}`} />
          )}{" "}
          · since <ExactTime atMs={joinedAt} words={momentWords(joinedAt, { nowMs })} />
        </span>
      </span>
      {account.role !== "owner" && <span>{roles.find((choice) => choice.role === role)?.name}</span>}
      {account.role === "owner" && isLastOwner && <span className="dim">Owner, the only one</span>}
      {account.role === "owner" && !isLastOwner && (
        <span className="member-actions">
          <RoleChoice member={member} isSelf={isSelf} />
          <ConfirmButton label="Remove" name={`Remove ${name} …`} question={`Remove ${name}?`} onConfirm={remove}>
            <p>
              {isSelf ? "You are" : `${name} is`} signed out everywhere, and what is open ends within seconds. The
              activity keeps what was done. To have them back, invite them again.
            </p>
          </ConfirmButton>
        </span>
      )}
    </li>
  );
}
