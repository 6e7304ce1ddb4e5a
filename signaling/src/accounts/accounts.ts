/** Who is who: the members of this installation, and whose sign-in a request's cookie is. */
import type { IncomingHttpHeaders } from "node:http";
import { TunnelError } from "@culvert/protocol";
import type { KeyProof, Role } from "@culvert/protocol/signaling";
import type { Auth, BetterAuthOptions } from "better-auth";
import type { Store } from "../store/index.ts";
import type { Authentication } from "./authentication.ts";
import { isAmbiguous } from "./cookie-names.ts";
import { firstOwner } from "./first-owner.ts";
import { boundSignInOf, type KeyProofs } from "./key-proofs.ts";
import type { MemberRow, Members } from "./members.ts";
import { notSignedIn } from "./not-signed-in.ts";
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
  /**
   * A proof for the session of these headers, by what its browser's key has signed. Throws `unauthenticated`, `expired`;
   * `not-found` where no proof is asked for.
   */
  prove(headers: IncomingHttpHeaders, signed: string): Promise<KeyProof>;
  /** The first owner of this installation, made where there is none. */
  owner(): Promise<MemberRow>;
}

/** What accounts stand on. */
export interface AccountsOptions {
  readonly store: Store;
  readonly authentication: Authentication;
  readonly members: Members;
  readonly sessionCookie: string;
  /** Undefined where a session's cookie is enough. */
  readonly keyProofs: KeyProofs | undefined;
  /** Email of the first owner. */
  readonly ownerEmail: string;
  readonly nowMs: () => number;
}

/** Accounts over authentication and members. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { authentication, members, sessionCookie, keyProofs, nowMs } = options;
  const auth: Auth<BetterAuthOptions> = authentication.plain;
  const use = new SignInUse(auth, nowMs);

  async function sessionOf(cookie: string | undefined, disableRefresh: boolean) {
    if (cookie === undefined || isAmbiguous(cookie, sessionCookie)) return undefined;
    const { headers, response } = await auth.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh },
      returnHeaders: true,
    });
    if (response === null) return undefined;
    const { user, session } = response;
    return { user, session, bound: boundSignInOf(session), setCookies: headers.getSetCookie() };
  }

  async function find(shown: IncomingHttpHeaders, disableRefresh: boolean) {
    const found = await sessionOf(shown.cookie, disableRefresh);
    const isProven = found !== undefined && (keyProofs === undefined || (await keyProofs.isShown(found.bound, shown)));
    if (!isProven) return { account: undefined, setCookies: [] };
    const { user, session, setCookies } = found;
    const member = await members.find(user.id);
    if (member === undefined) return { account: undefined, setCookies: [] };
    await use.note(session);
    const { accountId, memberId, email, name, role } = member;
    const account: SignedIn = {
      ...{ accountId, memberId, email, name, role },
      signInId: session.id,
      signedInAt: session.createdAt.getTime(),
    };
    return { account, setCookies };
  }

  return {
    whoIs: async (headers) => (await find(headers, true)).account,
    renew: (headers) => find(headers, false),
    prove: async (headers, signed) => {
      if (keyProofs === undefined) throw new TunnelError("not-found", "No proof of a key is asked for here.");
      const found = await sessionOf(headers.cookie, true);
      if (found === undefined) throw notSignedIn();
      return keyProofs.prove(found.bound, signed);
    },
    owner: () => firstOwner(options),
  };
}
