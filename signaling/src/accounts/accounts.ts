/** Who is who: the owner of this installation, and whose session a request's cookie is. */
import type { IncomingHttpHeaders } from "node:http";
import type { Account } from "@culvert/protocol/signaling";
import { type AuthenticationOptions, createAuthentication } from "./authentication.ts";
import { isAmbiguous } from "./cookie-names.ts";

/** Somebody whose session cookie is good. */
export interface SignedIn extends Account {
  /** Changes with every sign-in; never the cookie itself. */
  readonly signInId: string;
}

/** Accounts as the rest of the server sees them. */
export interface Accounts {
  /** Answers a request under /api/auth. */
  handle(request: Request): Promise<Response>;
  /** Whose session these headers carry; undefined for none, an expired or an ambiguous one. */
  whoIs(headers: IncomingHttpHeaders): Promise<SignedIn | undefined>;
  /** As whoIs; also renews a session past its first day and gives the Set-Cookie lines for that. */
  renew(headers: IncomingHttpHeaders): Promise<{ account: SignedIn | undefined; setCookies: readonly string[] }>;
  /** The first account of this installation, made where there is none. */
  owner(): Promise<Account>;
}

/** Opens the accounts of a store. */
export async function createAccounts(options: AuthenticationOptions, ownerEmail: string): Promise<Accounts> {
  const authentication = await createAuthentication(options);
  const sessionCookie = options.cookieNames.session;

  async function find(cookie: string | undefined, disableRefresh: boolean) {
    if (cookie === undefined || isAmbiguous(cookie, sessionCookie)) return { account: undefined, setCookies: [] };
    const { headers, response } = await authentication.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh },
      returnHeaders: true,
    });
    if (response === null) return { account: undefined, setCookies: [] };
    const { user, session } = response;
    const account: SignedIn = { accountId: user.id, email: user.email, name: user.name, signInId: session.id };
    return { account, setCookies: headers.getSetCookie() };
  }

  async function firstUser(): Promise<Account | undefined> {
    const { adapter } = await authentication.$context;
    const [user] = await adapter.findMany<{ id: string; email: string; name: string }>({
      model: "user",
      limit: 1,
      sortBy: { field: "createdAt", direction: "asc" },
    });
    return user === undefined ? undefined : { accountId: user.id, email: user.email, name: user.name };
  }

  return {
    handle: (request) => authentication.handler(request),
    whoIs: async (headers) => (await find(headers.cookie, true)).account,
    renew: (headers) => find(headers.cookie, false),
    owner: async () => {
      const existing = await firstUser();
      if (existing !== undefined) return existing;
      const { internalAdapter } = await authentication.$context;
      const user = await internalAdapter.createUser(
        { email: ownerEmail, name: "Owner", emailVerified: true },
        { method: "culvert-first-start" },
      );
      return { accountId: user.id, email: user.email, name: user.name };
    },
  };
}
