/** /api/members and /api/invitations: who acts for the account, and who is asked to. */
import {
  changeRoleSchema,
  createdInvitationSchema,
  createInvitationSchema,
  invitationListSchema,
  invitationOfferSchema,
  lookAtInvitationSchema,
  memberListSchema,
  memberSchema,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Api, answersWith } from "../api/typed-api.ts";
import { requireAccount } from "./access-guard.ts";
import type { Accounts } from "./accounts.ts";
import { actorOf } from "./actor.ts";
import type { Authentication } from "./authentication.ts";
import type { Invitations } from "./invitations.ts";
import type { MemberRow, Members } from "./members.ts";
import type { SignIns } from "./sign-ins.ts";

/** What the routes stand on. */
export interface MemberRoutesOptions {
  readonly accounts: Accounts;
  readonly authentication: Authentication;
  readonly members: Members;
  readonly invitations: Invitations;
  readonly signIns: SignIns;
  readonly signInsPerMinute: number;
}

const nothing = z.object({});
const memberParams = z.object({ memberId: z.string().min(1).max(64) });
const invitationParams = z.object({ invitationId: z.string().min(1).max(64) });

/** Adds the routes. */
export function addMemberRoutes(api: Api, options: MemberRoutesOptions): void {
  const { accounts, authentication, members, invitations, signIns } = options;
  const viewOf = async ({ accountId: _, ...member }: MemberRow) => {
    return { ...member, lastUsedAt: await signIns.lastUsedAt(member.memberId) };
  };

  api.get("/api/members", { schema: answersWith(memberListSchema, "Who acts for the account") }, async (request) => {
    const { accountId } = await requireAccount(accounts, request);
    return { members: await Promise.all((await members.list(accountId)).map(viewOf)) };
  });

  api.patch(
    "/api/members/:memberId",
    { schema: { params: memberParams, body: changeRoleSchema, ...answersWith(memberSchema, "Gives another role") } },
    async (request) => {
      const actor = actorOf(await requireAccount(accounts, request), request.ip);
      const { memberId } = request.params;
      const before = await members.find(memberId);
      const member = await members.changeRole(actor, memberId, request.body.role);
      // What somebody has open was opened by the rights of the role they had.
      if (before !== undefined && before.role !== member.role) {
        await signIns.revokeAll(actor, memberId, "their role changed");
      }
      return viewOf(member);
    },
  );

  api.delete(
    "/api/members/:memberId",
    { schema: { params: memberParams, ...answersWith(nothing, "Takes a member out of the account") } },
    async (request) => {
      const actor = actorOf(await requireAccount(accounts, request), request.ip);
      const { memberId } = request.params;
      await members.remove(actor, memberId);
      await signIns.revokeAll(actor, memberId, "they were removed");
      const { internalAdapter } = await authentication.plain.$context;
      await internalAdapter.deleteUser(memberId);
      return {};
    },
  );

  api.get(
    "/api/invitations",
    { schema: answersWith(invitationListSchema, "Invitations that are open") },
    async (request) => {
      const { accountId } = await requireAccount(accounts, request);
      return { invitations: await invitations.list(accountId) };
    },
  );

  api.post(
    "/api/invitations",
    { schema: { body: createInvitationSchema, ...answersWith(createdInvitationSchema, "Invites a further member") } },
    async (request) => {
      const actor = actorOf(await requireAccount(accounts, request), request.ip);
      return invitations.create(actor, request.body.role, request.body.note);
    },
  );

  api.delete(
    "/api/invitations/:invitationId",
    { schema: { params: invitationParams, ...answersWith(nothing, "Takes an invitation back") } },
    async (request) => {
      const actor = actorOf(await requireAccount(accounts, request), request.ip);
      await invitations.revoke(actor, request.params.invitationId);
      return {};
    },
  );

  // Who is invited has no sign-in yet: the code is the proof.
  api.post(
    "/api/invitations/look",
    {
      config: { rateLimit: { max: options.signInsPerMinute, timeWindow: 60_000 } },
      schema: { body: lookAtInvitationSchema, ...answersWith(invitationOfferSchema, "What an invitation offers") },
    },
    async (request) => invitations.look(request.body.code),
  );
}
