/**
 * A better-auth plugin: sign-ins by a code that stands in a link's fragment, so that it reaches no log and no Referer.
 * `POST /sign-in/code` for a member's one-time link, `POST /sign-in/invitation` for who becomes a member by it.
 */
import { TunnelError } from "@culvert/protocol";
import { acceptInvitationSchema, type SignedInMember, signInCodeSchema } from "@culvert/protocol/signaling";
import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { failureOf } from "../api/failure.ts";
import { randomName } from "../keys/index.ts";
import type { Joining } from "./invitations.ts";

/** What the plugin asks of the rest. */
export interface SignInCodeOptions {
  /** Uses a code up and tells whose it is; throws TunnelError. */
  redeem(code: string, clientAddress: string): Promise<string>;
  /** Uses an invitation up and makes the member; throws TunnelError. */
  accept(code: string, joining: Joining): Promise<void>;
  /** Undoes `accept`. */
  release(memberId: string): Promise<void>;
  readonly addressHeader: string;
}

type Endpoint = Parameters<typeof setSessionCookie>[0];

/** The plugin. Answers `signedInSchema`, or the product's error shape. */
export function signInCode(options: SignInCodeOptions): BetterAuthPlugin {
  const addressOf = (context: { headers?: Headers | undefined }) => context.headers?.get(options.addressHeader) ?? "";
  return {
    id: "culvert-sign-in-code",
    endpoints: {
      signInCode: createAuthEndpoint("/sign-in/code", { method: "POST", body: signInCodeSchema }, async (context) => {
        const memberId = await options.redeem(context.body.code, addressOf(context)).catch(refuse);
        return context.json(await signIn(context, memberId));
      }),
      signInInvitation: createAuthEndpoint(
        "/sign-in/invitation",
        { method: "POST", body: acceptInvitationSchema },
        async (context) => {
          const { internalAdapter } = context.context;
          const { code, name } = context.body;
          const email = context.body.email.toLowerCase();
          if ((await internalAdapter.findUserByEmail(email)) !== null) refuse(emailInUse(email));
          const memberId = randomName();
          await options.accept(code, { memberId, name, email, address: addressOf(context) }).catch(refuse);
          const user = { id: memberId, name, email, emailVerified: false };
          await internalAdapter.createUser(user, { method: "culvert-invitation" }).catch(async (thrown: unknown) => {
            await options.release(memberId);
            // Somebody took the email between the look above and here.
            refuse((await internalAdapter.findUserByEmail(email)) === null ? thrown : emailInUse(email));
          });
          return context.json(await signIn(context, memberId));
        },
      ),
    },
  };
}

/** Makes the session and its cookie. */
async function signIn(context: Endpoint, memberId: string): Promise<SignedInMember> {
  const { internalAdapter } = context.context;
  const user = await internalAdapter.findUserById(memberId);
  if (user === null) return refuse(new TunnelError("not-found", "This member does not exist any more."));
  const session = await internalAdapter.createSession(user.id);
  await setSessionCookie(context, { session, user });
  return { memberId: user.id, email: user.email, name: user.name };
}

function emailInUse(email: string): TunnelError {
  return new TunnelError("already-used", `${email} belongs to somebody who has signed up here.`, {
    hint: "Use another email, or sign in with that one.",
  });
}

function refuse(thrown: unknown): never {
  const { status, body } = failureOf(thrown);
  throw new APIError(statusNames[status] ?? "INTERNAL_SERVER_ERROR", { ...body });
}

const statusNames: Readonly<Record<number, "NOT_FOUND" | "CONFLICT" | "GONE" | "FORBIDDEN">> = {
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  410: "GONE",
};
