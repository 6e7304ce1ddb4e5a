/** Members, sign-ins, the identity provider and the audit log: rooms that others stand on, made and joined here. */
import { TunnelError } from "@culvert/protocol";
import { type AccessTokens, addTokenRoutes, withAccessTokens } from "../access-tokens/index.ts";
import { addAccountRoutes } from "../accounts/account-routes.ts";
import { addAuthRoutes } from "../accounts/auth-routes.ts";
import { createAuthentication } from "../accounts/authentication.ts";
import { FailedSignIns } from "../accounts/failed-sign-ins.ts";
import {
  type Accounts,
  clientAddressHeader,
  cookieNamesOf,
  createAccounts,
  guardRoutes,
  type SignInEnd,
} from "../accounts/index.ts";
import { Invitations } from "../accounts/invitations.ts";
import type { KeyProofs } from "../accounts/key-proofs.ts";
import { addMemberRoutes } from "../accounts/member-routes.ts";
import { Members } from "../accounts/members.ts";
import { admitMember } from "../accounts/newcomers.ts";
import { OwnAccount } from "../accounts/own-account.ts";
import { addProofRoutes } from "../accounts/proof-routes.ts";
import { keyOfSignIn } from "../accounts/session-key.ts";
import { signInByCode } from "../accounts/sign-in-by-code.ts";
import { signInCode } from "../accounts/sign-in-code.ts";
import type { SignInMade, SignInOver } from "../accounts/sign-in-hooks.ts";
import { SignIns } from "../accounts/sign-ins.ts";
import { withStoreFaults } from "../accounts/store-faults.ts";
import type { Api } from "../api/typed-api.ts";
import { addAuditRoutes } from "../audit/audit-routes.ts";
import { type Actor, AuditWatch, appendAudit } from "../audit/index.ts";
import type { ServerOptions } from "../config/index.ts";
import type { Logger } from "../log/index.ts";
import { type Rates, withAccountRates } from "../rates/index.ts";
import type { Store } from "../store/index.ts";

/** What they stand on. */
export interface AccountRoomsOptions {
  readonly settings: ServerOptions;
  readonly store: Store;
  readonly dashboardOrigin: URL;
  /** Signs cookies. */
  readonly secret: string;
  /** Undefined where a session's cookie is enough. */
  readonly keyProofs: KeyProofs | undefined;
  readonly rates: Rates;
  readonly accessTokens: AccessTokens;
  /** Ends what a sign-in had open. */
  readonly onSignInEnd: (ended: Required<Actor> & SignInEnd) => Promise<void>;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** What others need of them. */
export interface AccountRooms {
  readonly accounts: Accounts;
  readonly auditWatch: AuditWatch;
  /** True where a member has no way in but another one-time link. */
  needsSetUp(memberId: string): Promise<boolean>;
  /** Guards every route that is added from now on by the table of roles, and adds those of accounts. */
  addRoutes(api: Api): void;
}

/** Makes them. */
export async function createAccountRooms(options: AccountRoomsOptions): Promise<AccountRooms> {
  const { settings, store, dashboardOrigin, secret, keyProofs, rates, log, nowMs } = options;
  const cookieNames = cookieNamesOf(dashboardOrigin);
  const provider = settings.identityProvider;
  const members = new Members(store, nowMs);
  const invitations = new Invitations({ store, members, dashboardOrigin, nowMs });
  const codes = signInCode({
    redeem: signInByCode({ store, members, nowMs }),
    accept: (code, joining) => invitations.accept(code, joining),
    release: (memberId) => invitations.release(memberId),
    addressHeader: clientAddressHeader,
  });
  const note = auditOfSignIns(store, members, options);
  const authentication = await createAuthentication({
    ...{ store, dashboardOrigin, cookieNames, secret, provider, plugins: [codes] },
    hooks: {
      addressHeader: clientAddressHeader,
      admit: (userId, method) => admitMember({ store, members, provider, users: authentication }, userId, method),
      keyOf: async (headers) => (keyProofs === undefined ? null : keyOfSignIn(headers)),
      admitNewcomer: ({ emailVerified }) => {
        if (emailVerified) return;
        throw new TunnelError("forbidden", "The identity provider has not verified this email.");
      },
      ...note,
    },
  });
  const known = createAccounts({
    ...{ store, authentication, members, keyProofs, nowMs },
    sessionCookie: cookieNames.session,
    ownerEmail: settings.ownerEmail,
  });
  // Members of a time before members are taken over before anybody asks who they are.
  await known.owner();
  const accounts = withAccountRates(
    withAccessTokens(withStoreFaults(known, store), (headers) => options.accessTokens.whoIs(headers)),
    rates,
    settings.rateLimits.api,
  );
  const auditWatch = new AuditWatch({ queries: store.queries, nowMs, log });
  const ownAccount = new OwnAccount({ store, authentication, members, nowMs });
  const signIns = new SignIns({ store, authentication, nowMs });
  const failedSignIns = new FailedSignIns({ store, authentication, members, nowMs });
  const signInsPerMinute = settings.rateLimits.signIn;

  return {
    accounts,
    auditWatch,
    needsSetUp: (memberId) => ownAccount.needsSetUp(memberId),
    addRoutes: (api) => {
      guardRoutes(api, {
        accounts,
        onRefused: async ({ member, action, address }) => {
          const { accountId, memberId, email: who, role } = member;
          const event = { accountId, memberId, who, address, subject: action, details: { role }, nowMs: nowMs() };
          await store.queries
            .transaction()
            .execute((transaction) => appendAudit(transaction, { ...event, action: "deny" }));
        },
      });
      addTokenRoutes(api, { accounts, accessTokens: options.accessTokens });
      addAuthRoutes(api, {
        ...{ accounts, authentication, ownAccount, failedSignIns, dashboardOrigin, cookieNames, signInsPerMinute },
      });
      addProofRoutes(api, { accounts, keyProofs });
      addAccountRoutes(api, { accounts, ownAccount, signIns, providerName: provider?.name, signInsPerMinute });
      addMemberRoutes(api, { accounts, authentication, members, invitations, signIns, signInsPerMinute });
      addAuditRoutes(api, { accounts, queries: store.queries, watch: auditWatch });
    },
  };
}

/** Sign-ins and sign-outs written down. Codes and invitations are written down where they are used up. */
function auditOfSignIns(store: Store, members: Members, { onSignInEnd, nowMs }: AccountRoomsOptions) {
  const write = async (memberId: string, address: string, event: SignInEvent) => {
    const member = await members.findEver(memberId);
    if (member === undefined) return undefined;
    const { accountId, email: who } = member;
    const actor = { accountId, memberId, who, address };
    if (event.action !== undefined) {
      const { action, subject, details } = event;
      await store.queries
        .transaction()
        .execute((transaction) => appendAudit(transaction, { ...actor, action, subject, details, nowMs: nowMs() }));
    }
    return actor;
  };
  return {
    onSignIn: async ({ memberId, method, address }: SignInMade) => {
      if (method === "link" || method === "invitation") return;
      await write(memberId, address, { action: "sign-in", subject: memberId, details: { method } });
    },
    // Somebody new is no member yet, and their joining is written down instead.
    onLinked: async ({ memberId, address }: { memberId: string; address: string }) => {
      const details = { what: "identity provider linked" };
      await write(memberId, address, { action: "settings", subject: memberId, details });
    },
    onSignInEnd: async ({ signInId, memberId, address, signedOut }: SignInOver) => {
      const event: SignInEvent = signedOut
        ? { action: "sign-out", subject: signInId, details: {} }
        : { action: undefined };
      const actor = await write(memberId, address, event);
      if (actor !== undefined) await onSignInEnd({ signInId, ...actor });
    },
  };
}

type SignInEvent =
  | {
      readonly action: "sign-in" | "sign-out" | "settings";
      readonly subject: string;
      readonly details: Readonly<Record<string, string>>;
    }
  | { readonly action: undefined };
