/** Accounts for which a token stands like a cookie; where both are there the token counts, and a bad one is nobody. */
import type { IncomingHttpHeaders } from "node:http";
import type { Accounts, SignedIn } from "../accounts/index.ts";

/** `whoIsToken`: whose token the headers carry. */
export function withAccessTokens(
  accounts: Accounts,
  whoIsToken: (headers: IncomingHttpHeaders) => Promise<SignedIn | undefined>,
): Accounts {
  return {
    ...accounts,
    whoIs: (headers) => (headers.authorization === undefined ? accounts.whoIs(headers) : whoIsToken(headers)),
    renew: async (headers) => {
      if (headers.authorization === undefined) return accounts.renew(headers);
      return { account: await whoIsToken(headers), setCookies: [] };
    },
  };
}
