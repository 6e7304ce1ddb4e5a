/** The key that a sign-in is bound to: which one it is, and the column that keeps it beside the session. */
import { keyHeader } from "@culvert/protocol/signaling";
import { getOAuthState } from "better-auth/api";
import { namedKey } from "./key-proofs.ts";

/** Null for sign-ins that were made where no proof is asked for; a page cannot set it. */
export const keyField = { keyThumbprint: { type: "string", required: false, input: false } } as const;

/**
 * What goes with a sign-in to the identity provider and comes back with it: we keep it at the server, by the state, since
 * nothing but an address comes back through the browser.
 */
export function keptWithState(headers: { readonly [name: string]: unknown }): { readonly additionalData?: object } {
  const named = headers[keyHeader];
  return named === undefined ? {} : { additionalData: { keyThumbprint: namedKey(named) } };
}

/** The key that the request of a sign-in names, or the provider's callback brings back; throws `invalid-request` for none. */
export async function keyOfSignIn(headers: Headers | undefined): Promise<string> {
  const named = headers?.get(keyHeader);
  return namedKey(named ?? (await getOAuthState())?.keyThumbprint);
}
