/** The gate of every route that acts for an account. */
import { TunnelError } from "@culvert/protocol";
import type { Accounts, SignedIn } from "./accounts.ts";
import { type RequestOrigin, requireSameOrigin } from "./same-origin.ts";

/** Whose request it is; throws `unauthenticated` or `forbidden`. */
export async function requireAccount(accounts: Accounts, request: RequestOrigin): Promise<SignedIn> {
  requireSameOrigin(request);
  const account = await accounts.whoIs(request.headers);
  if (account === undefined) throw notSignedIn();
  return account;
}

/** The fault of a request without a good session. */
export function notSignedIn(): TunnelError {
  return new TunnelError("unauthenticated", "You are not signed in here, or your sign-in is over.");
}
