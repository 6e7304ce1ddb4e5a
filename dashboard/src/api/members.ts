/** Members of the account and invitations. */
import {
  type CreatedInvitation,
  type CreateInvitation,
  createdInvitationSchema,
  type Invitation,
  invitationListSchema,
  type Member,
  memberListSchema,
  memberSchema,
  type Role,
} from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

/** Who acts for the account, in the order of joining. */
export const membersQuery = queryOptions({
  queryKey: ["members"],
  queryFn: async (): Promise<readonly Member[]> =>
    (await apiRequest("/api/members", { schema: memberListSchema })).members,
});

/** Invitations that are open, newest first. */
export const invitationsQuery = queryOptions({
  queryKey: ["invitations"],
  queryFn: async (): Promise<readonly Invitation[]> =>
    (await apiRequest("/api/invitations", { schema: invitationListSchema })).invitations,
});

/** Makes an invitation; its link is told this once. */
export function createInvitation(body: CreateInvitation): Promise<CreatedInvitation> {
  return apiRequest("/api/invitations", { method: "POST", body, schema: createdInvitationSchema });
}

/** Takes an invitation back. */
export async function revokeInvitation(invitationId: string): Promise<void> {
  const path = `/api/invitations/${encodeURIComponent(invitationId)}`;
  await apiRequest(path, { method: "DELETE", schema: z.unknown() });
}

/** Gives a member another role; `policy` for the last owner. */
export function changeRole({ memberId, role }: { memberId: string; role: Role }): Promise<Member> {
  return apiRequest(memberPath(memberId), { method: "PATCH", body: { role }, schema: memberSchema });
}

/** Takes a member out of the account; `policy` for the last owner. */
export async function removeMember(memberId: string): Promise<void> {
  await apiRequest(memberPath(memberId), { method: "DELETE", schema: z.unknown() });
}

function memberPath(memberId: string): string {
  return `/api/members/${encodeURIComponent(memberId)}`;
}
