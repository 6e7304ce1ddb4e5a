/** Who is who: the members of this installation, and whose sign-in a request's cookie is. */
import type { IncomingHttpHeaders } from "node:http";
import type { Role } from "@culvert/protocol/signaling";
import type { Auth, BetterAuthOptions } from "better-auth";
import type { Store } from "../store/index.ts";
import type { Authentication } from "./authentication.ts";
import { isAmbiguous } from "./cookie-names.ts";
import { firstOwner } from "./first-owner.ts";
import type { MemberRow, Members } from "./members.ts";
import { SignInUse } from "./sign-in-use.ts";

/** Somebody whose session cookie is good. */
export interface SignedIn {
  readonly accountId: string;
  readonly memberId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Changes with every sign-in; never the cookie itself. */
  readonly signInId: string;
  /** When this sign-in was made, ms since 1970. */
  readonly signedInAt: number;
}

/** Accounts as the rest of the server sees them. */
export interface Accounts {
  /** Whose session these headers carry; undefined for none, an expired or an ambiguous one. */
  whoIs(headers: IncomingHttpHeaders): Promise<SignedIn | undefined>;
  /** As whoIs; also renews a session past its first day and gives the Set-Cookie lines for that. */
  renew(headers: IncomingHttpHeaders): Promise<{ account: SignedIn | undefined; setCookies: readonly string[] }>;
  /** The first owner of this installation, made where there is none. */
  owner(): Promise<MemberRow>;
}

/** What accounts stand on. */
export interface AccountsOptions {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly members: Members;
  readonly sessionCookie: string;
  /** Email of the first owner. */
  readonly ownerEmail: string;
  readonly nowMs: () => number;
}

/** Accounts over authentication and members. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { authentication, members, sessionCookie, nowMs } = options;
  const auth: Auth<BetterAuthOptions> = authentication.plain;
  const use = new SignInUse(auth, nowMs);

  async function find(cookie: string | undefined, disableRefresh: boolean) {
    if (cookie === undefined || isAmbiguous(cookie, sessionCookie)) return { account: undefined, setCookies: [] };
    const { headers, response } = await auth.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh },
      returnHeaders: true,
    });
    if (response === null) return { account: undefined, setCookies: [] };
    const { user, session } = response;
    const member = await members.find(user.id);
    if (member === undefined) return { account: undefined, setCookies: [] };
    await use.note(session);
    const { accountId, memberId, email, name, role } = member;
    const account: SignedIn = {
      ...{ accountId, memberId, email, name, role },
      signInId: session.id,
      signedInAt: session.createdAt.getTime(),
    };
    return { account, setCookies: headers.getSetCookie() };
  }

  return {
    whoIs: async (headers) => (await find(headers.cookie, true)).account,
    renew: (headers) => find(headers.cookie, false),
    owner: () => firstOwner(options),
  };
}
