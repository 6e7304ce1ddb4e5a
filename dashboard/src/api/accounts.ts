/** Who is signed in: the account's part of the API. */
import { TunnelError } from "@culvert/protocol";
import { type Account, accountSchema, type SignInCode } from "@culvert/protocol/signaling";
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

/** The account of this browser; null while nobody is signed in. */
export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: async ({ signal }): Promise<Account | null> => {
    try {
      return await apiRequest("/api/account", { schema: accountSchema, signal });
    } catch (thrown) {
      if (thrown instanceof TunnelError && thrown.code === "unauthenticated") return null;
      throw thrown;
    }
  },
  staleTime: 60_000,
});

const anything = z.unknown();

/** Exchanges the code of a one-time link for a session cookie. Codes: `expired`, `already-used`, `not-found`. */
export async function signInByLink(code: string): Promise<void> {
  const body: SignInCode = { code };
  await apiRequest("/api/auth/sign-in/code", { method: "POST", body, schema: anything });
}

/** Signs in with email and password; `unauthenticated` where they do not match. */
export async function signInByPassword(email: string, password: string): Promise<void> {
  await apiRequest("/api/auth/sign-in/email", { method: "POST", body: { email, password }, schema: anything });
}

/** Ends this browser's session. */
export async function signOut(): Promise<void> {
  await apiRequest("/api/auth/sign-out", { method: "POST", body: {}, schema: anything });
}
