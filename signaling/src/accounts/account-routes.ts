/** /api/account and /api/sign-ins: one's own name, ways to sign in, and sign-ins. */
import {
  accountMethodsSchema,
  accountSchema,
  passkeyListSchema,
  renamePasskeySchema,
  setPasswordSchema,
  signInListSchema,
  signInMethodsSchema,
  updateAccountSchema,
} from "@culvert/protocol/signaling";
import { z } from "zod";
import { type Api, answersWith } from "../api/typed-api.ts";
import { requireAccount } from "./access-guard.ts";
import type { Accounts, SignedIn } from "./accounts.ts";
import { actorOf } from "./actor.ts";
import { notSignedIn } from "./not-signed-in.ts";
import type { OwnAccount } from "./own-account.ts";
import type { SignIns } from "./sign-ins.ts";

/** What the routes stand on. */
export interface AccountRoutesOptions {
  readonly accounts: Accounts;
  readonly ownAccount: OwnAccount;
  readonly signIns: SignIns;
  /** The identity provider's name where one is set up. */
  readonly providerName: string | undefined;
  readonly signInsPerMinute: number;
}

const nothing = z.object({});
const passkeyParams = z.object({ passkeyId: z.string().min(1).max(64) });
const signInParams = z.object({ signInId: z.string().min(1).max(64) });

/** Adds the routes. */
export function addAccountRoutes(api: Api, options: AccountRoutesOptions): void {
  const { accounts, ownAccount, signIns, providerName } = options;
  const viewOf = async ({ accountId, memberId, email, name, role }: SignedIn) => {
    return { accountId, memberId, email, name, role, needsSetUp: await ownAccount.needsSetUp(memberId) };
  };

  api.get(
    "/api/sign-in-methods",
    { schema: answersWith(signInMethodsSchema, "What can be signed in with here") },
    async () => ({ oidc: providerName === undefined ? null : { name: providerName } }),
  );

  api.get("/api/account", { schema: answersWith(accountSchema, "Who is signed in") }, async (request, reply) => {
    await requireAccount(accounts, request);
    const { account, setCookies } = await accounts.renew(request.headers);
    if (account === undefined) throw notSignedIn();
    if (setCookies.length > 0) reply.header("set-cookie", [...setCookies]);
    return viewOf(account);
  });

  api.patch(
    "/api/account",
    { schema: { body: updateAccountSchema, ...answersWith(accountSchema, "Changes one's own name and email") } },
    async (request) => {
      const caller = await requireAccount(accounts, request);
      await ownAccount.update(caller, actorOf(caller, request.ip), request.body);
      return viewOf({ ...caller, name: request.body.name, email: request.body.email.toLowerCase() });
    },
  );

  api.get(
    "/api/account/methods",
    { schema: answersWith(accountMethodsSchema, "One's own ways to sign in") },
    async (request) => ownAccount.methods((await requireAccount(accounts, request)).memberId),
  );

  api.post(
    "/api/account/password",
    {
      config: { rateLimit: { max: options.signInsPerMinute, timeWindow: 60_000 } },
      schema: { body: setPasswordSchema, ...answersWith(nothing, "Sets or changes one's own password") },
    },
    async (request) => {
      const caller = await requireAccount(accounts, request);
      await ownAccount.setPassword(caller, actorOf(caller, request.ip), request.headers.cookie ?? "", request.body);
      return {};
    },
  );

  api.get(
    "/api/account/passkeys",
    { schema: answersWith(passkeyListSchema, "One's own passkeys") },
    async (request) => ({ passkeys: await ownAccount.passkeys((await requireAccount(accounts, request)).memberId) }),
  );

  api.patch(
    "/api/account/passkeys/:passkeyId",
    { schema: { params: passkeyParams, body: renamePasskeySchema, ...answersWith(nothing, "Names a passkey") } },
    async (request) => {
      const caller = await requireAccount(accounts, request);
      const { passkeyId } = request.params;
      await ownAccount.renamePasskey(actorOf(caller, request.ip), caller.memberId, passkeyId, request.body.name);
      return {};
    },
  );

  api.delete(
    "/api/account/passkeys/:passkeyId",
    { schema: { params: passkeyParams, ...answersWith(nothing, "Removes a passkey") } },
    async (request) => {
      const caller = await requireAccount(accounts, request);
      await ownAccount.removePasskey(caller, actorOf(caller, request.ip), request.params.passkeyId);
      return {};
    },
  );

  api.get("/api/sign-ins", { schema: answersWith(signInListSchema, "One's own sign-ins") }, async (request) => {
    const { memberId, signInId } = await requireAccount(accounts, request);
    return { signIns: await signIns.list(memberId, signInId) };
  });

  api.delete(
    "/api/sign-ins/:signInId",
    { schema: { params: signInParams, ...answersWith(nothing, "Takes a sign-in back and ends what it has open") } },
    async (request) => {
      const caller = await requireAccount(accounts, request);
      await signIns.revoke(actorOf(caller, request.ip), caller.memberId, request.params.signInId);
      return {};
    },
  );

  api.delete("/api/sign-ins", { schema: answersWith(nothing, "Signs out everywhere, here too") }, async (request) => {
    const caller = await requireAccount(accounts, request);
    await signIns.revokeAll(actorOf(caller, request.ip), caller.memberId, "signed out everywhere");
    return {};
  });
}
