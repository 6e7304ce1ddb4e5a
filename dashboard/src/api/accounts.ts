/** Who is signed in, and signing in and out: the account's part of the API. */
import { TunnelError } from "@culvert/protocol";
import {
  type AcceptInvitation,
  type Account,
  accountSchema,
  type InvitationOffer,
  invitationOfferSchema,
  type SignInCode,
  type SignInMethods,
  signInMethodsSchema,
} from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { pageProof } from "../proof/page-proof.ts";
import { apiRequest } from "./api-request.ts";

/** The account of this browser; null while nobody is signed in. */
export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: async ({ signal }): Promise<Account | null> => {
    try {
      return await apiRequest("/api/account", { schema: accountSchema, signal });
    } catch (thrown) {
      if (thrown instanceof TunnelError && thrown.code === "unauthenticated") return null;
      throw thrown;
    }
  },
  staleTime: 60_000,
});

/** What this Culvert can be signed in to with, beside passwords and passkeys. */
export const signInMethodsQuery = queryOptions({
  queryKey: ["sign-in-methods"],
  queryFn: ({ signal }): Promise<SignInMethods> =>
    apiRequest("/api/sign-in-methods", { schema: signInMethodsSchema, signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

const anything = z.unknown();

/** Exchanges the code of a one-time link for a session cookie. Codes: `expired`, `already-used`, `not-found`. */
export async function signInByLink(code: string): Promise<void> {
  const body: SignInCode = { code };
  await apiRequest("/api/auth/sign-in/code", { method: "POST", body, schema: anything });
}

/** Signs in with email and password; `unauthenticated` where they do not match. */
export async function signInByPassword(email: string, password: string): Promise<void> {
  await apiRequest("/api/auth/sign-in/email", { method: "POST", body: { email, password }, schema: anything });
}

const elsewhereSchema = z.object({ url: z.url() });

/** Where the identity provider asks who somebody is; `network` where it does not answer. */
export async function providerAddress(purpose: "sign-in" | "link"): Promise<string> {
  const path = `/api/auth/${purpose}/oidc`;
  return (await apiRequest(path, { method: "POST", body: {}, schema: elsewhereSchema })).url;
}

/** What an invitation offers. Codes: `expired`, `already-used`, `revoked`, `not-found`. */
export function lookAtInvitation(code: string): Promise<InvitationOffer> {
  return apiRequest("/api/invitations/look", { method: "POST", body: { code }, schema: invitationOfferSchema });
}

/** Joins by an invitation and signs in; `already-used` also where the email is somebody else's. */
export async function acceptInvitation(body: AcceptInvitation): Promise<void> {
  await apiRequest("/api/auth/sign-in/invitation", { method: "POST", body, schema: anything });
}

/** Ends this browser's session. */
export async function signOut(): Promise<void> {
  await apiRequest("/api/auth/sign-out", { method: "POST", body: {}, schema: anything });
  await pageProof?.forget();
}
