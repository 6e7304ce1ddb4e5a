/** Who acts for the account, and who is invited. */
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactElement, useEffect, useState } from "react";
import { invitationsQuery, membersQuery } from "../api/members.ts";
import { Loaded } from "../shell/loaded.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { ownersOnly, roles } from "../words/roles.ts";
import { InvitationList } from "./invitation-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberRow } from "./member-row.tsx";
import "../account/account-page.css";
import "./members-page.css";

const route = getRouteApi("/account/members");

/** The page at `/members`. */
export function MembersPage(): ReactElement {
  const { account } = route.useRouteContext();
  const members = useQuery(membersQuery);
  const invitations = useQuery(invitationsQuery);
  const [inviting, setInviting] = useState(false);
  const notAllowed = ownersOnly(account.role, "invite, change roles and remove members");
  useEffect(() => {
    document.title = "Members – Culvert";
  }, []);
  return (
    <PageFrame title="Members">
      <section className="panel" aria-labelledby="members-title">
        <div className="panel-head">
          <h2 id="members-title">Who acts for this account</h2>
          <Button
            size="xs"
            leftSection={<IconPlus size={14} />}
            disabled={notAllowed !== undefined}
            aria-describedby={notAllowed && "members-why"}
            onClick={() => setInviting(true)}
          >
            Invite
          </Button>
        </div>
        {notAllowed !== undefined && (
          <p className="dim" id="members-why">
            {notAllowed}
          </p>
        )}
        <Loaded query={members} what="members">
          {(all) => (
            <>
              <ul className="panel-list" aria-label="Members">
                {all.map((member) => (
                  <MemberRow
                    key={member.memberId}
                    member={member}
                    account={account}
                    isLastOwner={member.role === "owner" && all.filter(({ role }) => role === "owner").length === 1}
                  />
                ))}
              </ul>
              {all.length === 1 && <p className="dim">Nobody else yet. An invitation lets somebody in by a link.</p>}
            </>
          )}
        </Loaded>
      </section>
      {invitations.error !== null && (
        <section className="panel">
          <Loaded query={invitations} what="invitations">
            {() => null}
          </Loaded>
        </section>
      )}
      {invitations.data !== undefined && invitations.data.length > 0 && (
        <InvitationList invitations={invitations.data} mayRevoke={account.role === "owner"} />
      )}
      <section className="panel" aria-labelledby="roles-title">
        <h2 id="roles-title">Roles</h2>
        <dl className="role-list">
          {roles.map(({ role, name, may }) => (
            <div key={role}>
              <dt>{name}</dt>
              <dd>{may}</dd>
            </div>
          ))}
        </dl>
      </section>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </PageFrame>
  );
}
