/** One's own name, ways to sign in, and sign-ins. */
import {
  type Account,
  type AccountMethods,
  accountMethodsSchema,
  accountSchema,
  type Passkey,
  passkeyListSchema,
  type SetPassword,
  type SignIn,
  signInListSchema,
  type UpdateAccount,
} from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

const anything = z.unknown();

/** The ways in that this member has. */
export const methodsQuery = queryOptions({
  queryKey: ["account", "methods"],
  queryFn: (): Promise<AccountMethods> => apiRequest("/api/account/methods", { schema: accountMethodsSchema }),
});

/** This member's passkeys, oldest first. */
export const passkeysQuery = queryOptions({
  queryKey: ["account", "passkeys"],
  queryFn: async (): Promise<readonly Passkey[]> =>
    (await apiRequest("/api/account/passkeys", { schema: passkeyListSchema })).passkeys,
});

/** This member's sign-ins, the current one first. */
export const signInsQuery = queryOptions({
  queryKey: ["sign-ins"],
  queryFn: async (): Promise<readonly SignIn[]> =>
    (await apiRequest("/api/sign-ins", { schema: signInListSchema })).signIns,
  refetchInterval: 15_000,
});

/** Changes name and email; `already-used` where the email is somebody else's. */
export function updateAccount(body: UpdateAccount): Promise<Account> {
  return apiRequest("/api/account", { method: "PATCH", body, schema: accountSchema });
}

/** Sets or changes the password. */
export async function setPassword(body: SetPassword): Promise<void> {
  await apiRequest("/api/account/password", { method: "POST", body, schema: anything });
}

/** Names a passkey. */
export async function renamePasskey({ passkeyId, name }: { passkeyId: string; name: string }): Promise<void> {
  await apiRequest(passkeyPath(passkeyId), { method: "PATCH", body: { name }, schema: anything });
}

/** Removes a passkey; `policy` where it is the only way in. */
export async function removePasskey(passkeyId: string): Promise<void> {
  await apiRequest(passkeyPath(passkeyId), { method: "DELETE", schema: anything });
}

/** Takes a sign-in back; what it has open ends within seconds. */
export async function revokeSignIn(signInId: string): Promise<void> {
  await apiRequest(`/api/sign-ins/${encodeURIComponent(signInId)}`, { method: "DELETE", schema: anything });
}

/** Ends every sign-in, this one too. */
export async function signOutEverywhere(): Promise<void> {
  await apiRequest("/api/sign-ins", { method: "DELETE", schema: anything });
}

function passkeyPath(passkeyId: string): string {
  return `/api/account/passkeys/${encodeURIComponent(passkeyId)}`;
}
