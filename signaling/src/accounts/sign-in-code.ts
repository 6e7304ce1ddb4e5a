/**
 * A better-auth plugin: `POST /sign-in/code` turns the code of a one-time sign-in link into a session. The code stands
 * in the link's fragment, so it reaches no log and no Referer.
 */

import { TunnelError } from "@culvert/protocol";
import { type Account, signInCodeSchema } from "@culvert/protocol/signaling";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { failureOf } from "../api/failure.ts";

/** What the plugin asks of the rest. */
export interface SignInCodeOptions {
  /** Uses a code up and tells whose it is; throws TunnelError. */
  redeem(code: string, clientAddress: string): Promise<string>;
  readonly addressHeader: string;
}

/** The plugin. Answers `accountSchema`, or the product's error shape. */
export function signInCode(options: SignInCodeOptions): BetterAuthPlugin {
  return {
    id: "culvert-sign-in-code",
    endpoints: {
      signInCode: createAuthEndpoint("/sign-in/code", { method: "POST", body: signInCodeSchema }, async (context) => {
        const { internalAdapter } = context.context;
        const clientAddress = context.headers?.get(options.addressHeader) ?? "";
        const accountId = await options.redeem(context.body.code, clientAddress).catch((thrown: unknown) => {
          throw refusal(thrown);
        });
        const user = await internalAdapter.findUserById(accountId);
        if (user === null) throw refusal(new TunnelError("not-found", "This account does not exist any more."));
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        const account: Account = { accountId: user.id, email: user.email, name: user.name };
        return context.json(account);
      }),
    },
  };
}

function refusal(thrown: unknown): APIError {
  const { status, body } = failureOf(thrown);
  return new APIError(statusNames[status] ?? "INTERNAL_SERVER_ERROR", { ...body });
}

const statusNames: Readonly<Record<number, "NOT_FOUND" | "CONFLICT" | "GONE" | "FORBIDDEN">> = {
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  410: "GONE",
};
