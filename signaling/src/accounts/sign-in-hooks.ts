/**
 * What happens around a sign-in, however it was made: nobody but members gets one, each is written down, and its end is
 * told.
 */
import { TunnelError } from "@culvert/protocol";
import type { BetterAuthOptions } from "better-auth";
import { APIError } from "better-auth/api";
import { failureOf } from "../api/failure.ts";
import { providerId } from "./identity-provider.ts";

/** How somebody signed in. */
export type SignInMethod = "password" | "passkey" | "identity-provider" | "link" | "invitation";

/** A sign-in that was made. */
export interface SignInMade {
  readonly memberId: string;
  readonly method: SignInMethod;
  readonly address: string;
}

/** A sign-in that is over: signed out, taken back, or past its time. */
export interface SignInOver {
  readonly signInId: string;
  readonly memberId: string;
  /** Who ended it; empty where nobody did. */
  readonly address: string;
  /** True where its own browser signed out. */
  readonly signedOut: boolean;
}

/** What the rest does with it. */
export interface SignInHooks {
  readonly addressHeader: string;
  /** Throws TunnelError where this user may not sign in. */
  admit(userId: string, method: SignInMethod): Promise<void>;
  /** The key to bind a new sign-in to; null where sign-ins are bound to none. Throws TunnelError. */
  keyOf(headers: Headers | undefined): Promise<string | null>;
  /** Throws TunnelError where the identity provider's word makes no new user. */
  admitNewcomer(user: { readonly email: string; readonly emailVerified: boolean }): void;
  onSignIn(made: SignInMade): Promise<void>;
  /** Told where a member and a person of the identity provider were linked. */
  onLinked(linked: { readonly memberId: string; readonly address: string }): Promise<void>;
  /** Told once for each sign-in that ends, after its cookie has lost its worth. */
  onSignInEnd(over: SignInOver): Promise<void>;
}

type DatabaseHooks = NonNullable<BetterAuthOptions["databaseHooks"]>;

/** The hooks as better-auth takes them. */
export function signInHooks(hooks: SignInHooks): DatabaseHooks {
  const addressOf = (headers: Headers | undefined) => headers?.get(hooks.addressHeader) ?? "";
  return {
    user: {
      create: {
        before: async ({ email, emailVerified }, context) => {
          if (methodOf(context?.path) === "identity-provider") {
            await inItsWords(async () => hooks.admitNewcomer({ email, emailVerified }));
          }
        },
      },
    },
    account: {
      create: {
        after: async ({ userId, providerId: linkedTo }, context) => {
          if (linkedTo === providerId) await hooks.onLinked({ memberId: userId, address: addressOf(context?.headers) });
        },
      },
    },
    session: {
      create: {
        before: async (session, context) => {
          const method = methodOf(context?.path);
          return inItsWords(async () => {
            await hooks.admit(session.userId, method);
            return { data: { ...session, keyThumbprint: await hooks.keyOf(context?.headers) } };
          });
        },
        after: async ({ userId }, context) => {
          const address = addressOf(context?.headers);
          await hooks.onSignIn({ memberId: userId, method: methodOf(context?.path), address });
        },
      },
      delete: {
        after: async ({ id, userId }, context) => {
          const address = addressOf(context?.headers);
          await hooks.onSignInEnd({
            signInId: id,
            memberId: userId,
            address,
            signedOut: context?.path === "/sign-out",
          });
        },
      },
    },
  };
}

/** By the endpoint of better-auth that makes a session. */
function methodOf(path: string | undefined): SignInMethod {
  if (path === "/sign-in/email") return "password";
  if (path === "/passkey/verify-authentication") return "passkey";
  if (path === "/sign-in/invitation") return "invitation";
  return path?.startsWith("/callback/") ? "identity-provider" : "link";
}

/** Our faults as better-auth passes them on: in a body, or as a code in a redirect's address. */
async function inItsWords<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (thrown) {
    if (!(thrown instanceof TunnelError)) throw thrown;
    const { body } = failureOf(thrown);
    throw new APIError("FORBIDDEN", { ...body, code: thrown.code, message: thrown.message });
  }
}
