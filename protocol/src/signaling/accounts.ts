/**
 * Accounts, their members and how these sign in, as the HTTP API tells them. An account owns servers; members act for
 * it by their role. Times: ms since 1970.
 */
import { z } from "zod";

const timeMs = z.number().int().nonnegative();

/** What a member may do: an owner everything, an operator open apps, an auditor read. */
export const roleSchema = z.enum(["owner", "operator", "auditor"]);
export type Role = z.infer<typeof roleSchema>;

/**
 * `POST /api/auth/sign-in/code` with the code of a one-time sign-in link (`<dashboard>/sign-in#code=…`). Answers
 * `signedInSchema` and sets the session cookie; an old code fails with `expired`, a spent one with `already-used`.
 * `POST /api/auth/sign-out` with `{}` ends the session.
 */
export const signInCodeSchema = z.object({ code: z.string().min(1).max(128) });
export type SignInCode = z.infer<typeof signInCodeSchema>;

/** Who has just signed in. */
export const signedInSchema = z.object({ memberId: z.string(), email: z.string(), name: z.string() });
export type SignedInMember = z.infer<typeof signedInSchema>;

/**
 * `GET /api/account`: who is signed in; 401 `unauthenticated` where nobody is. `needsSetUp`: there is neither password,
 * passkey nor a linked identity provider yet, so that only another one-time link would let this member in again.
 */
export const accountSchema = z.object({
  accountId: z.string(),
  memberId: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  needsSetUp: z.boolean(),
});
export type Account = z.infer<typeof accountSchema>;

const nameSchema = z.string().trim().min(1).max(64);
const emailSchema = z.email().max(254);

/** `PATCH /api/account`: one's own name and email. Answers `accountSchema`; an email in use fails with `already-used`. */
export const updateAccountSchema = z.object({ name: nameSchema, email: emailSchema });
export type UpdateAccount = z.infer<typeof updateAccountSchema>;

/** `POST /api/account/password`. `currentPassword` is needed where there is one. */
export const setPasswordSchema = z.object({
  newPassword: z.string().min(1).max(128),
  currentPassword: z.string().max(128).optional(),
});
export type SetPassword = z.infer<typeof setPasswordSchema>;

/** `GET /api/account/methods`: the ways in of this member. `oidc`: linked to the identity provider. */
export const accountMethodsSchema = z.object({ password: z.boolean(), passkeys: z.number().int(), oidc: z.boolean() });
export type AccountMethods = z.infer<typeof accountMethodsSchema>;

/** `GET /api/sign-in-methods`: what this installation offers to who is not signed in. */
export const signInMethodsSchema = z.object({ oidc: z.object({ name: z.string() }).nullable() });
export type SignInMethods = z.infer<typeof signInMethodsSchema>;

/** A passkey of a member. `synced`: its provider keeps it on several devices. */
export const passkeySchema = z.object({
  passkeyId: z.string(),
  name: z.string(),
  createdAt: timeMs,
  synced: z.boolean(),
});
/** `GET /api/account/passkeys` */
export const passkeyListSchema = z.object({ passkeys: z.array(passkeySchema) });
export type Passkey = z.infer<typeof passkeySchema>;
/** `PATCH /api/account/passkeys/:passkeyId` */
export const renamePasskeySchema = z.object({ name: nameSchema });

/** A sign-in of a member: one browser, until it signs out or its time is over. */
export const signInSchema = z.object({
  signInId: z.string(),
  createdAt: timeMs,
  lastUsedAt: timeMs,
  expiresAt: timeMs,
  userAgent: z.string(),
  address: z.string(),
  current: z.boolean(),
});
/** `GET /api/sign-ins`: one's own, the current one first. */
export const signInListSchema = z.object({ signIns: z.array(signInSchema) });
export type SignIn = z.infer<typeof signInSchema>;

/** Somebody who acts for the account. `lastUsedAt`: null where no sign-in is left. */
export const memberSchema = z.object({
  memberId: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  joinedAt: timeMs,
  lastUsedAt: timeMs.nullable(),
});
/** `GET /api/members` */
export const memberListSchema = z.object({ members: z.array(memberSchema) });
export type Member = z.infer<typeof memberSchema>;
/** `PATCH /api/members/:memberId`: the last owner stays one (`policy`). */
export const changeRoleSchema = z.object({ role: roleSchema });

/** `POST /api/invitations`. `note`: for whom it is, for the list of open ones. */
export const createInvitationSchema = z.object({ role: roleSchema, note: z.string().trim().max(64).default("") });
export type CreateInvitation = z.input<typeof createInvitationSchema>;

/** An invitation that is open. Its code is told once, when it is made. */
export const invitationSchema = z.object({
  invitationId: z.string(),
  role: roleSchema,
  note: z.string(),
  invitedBy: z.string(),
  createdAt: timeMs,
  expiresAt: timeMs,
});
export type Invitation = z.infer<typeof invitationSchema>;
/** `GET /api/invitations` */
export const invitationListSchema = z.object({ invitations: z.array(invitationSchema) });
/** The answer to `POST /api/invitations`; the code stands in the fragment of `url`. */
export const createdInvitationSchema = invitationSchema.extend({ url: z.url() });
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>;

/** `POST /api/invitations/look`: what an invitation is, for who holds its code. Uses nothing up. */
export const lookAtInvitationSchema = signInCodeSchema;
export const invitationOfferSchema = z.object({ role: roleSchema, invitedBy: z.string(), expiresAt: timeMs });
export type InvitationOffer = z.infer<typeof invitationOfferSchema>;

/** `POST /api/auth/sign-in/invitation`: joins and signs in. Answers `signedInSchema`. */
export const acceptInvitationSchema = z.object({
  code: z.string().min(1).max(128),
  name: nameSchema,
  email: emailSchema,
});
export type AcceptInvitation = z.infer<typeof acceptInvitationSchema>;
