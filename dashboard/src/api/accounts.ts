/** Who is signed in: the account's part of the API. */
import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { apiRequest } from "./api-request.ts";

const accountSchema = z.object({ id: z.string(), name: z.string(), email: z.string() });

/** The person who is signed in. */
export type Account = z.infer<typeof accountSchema>;

const sessionAnswerSchema = z.object({ user: accountSchema }).nullish();

/** The account of this browser's session; null while nobody is signed in. */
export const accountQuery = queryOptions({
  queryKey: ["account"],
  queryFn: async ({ signal }): Promise<Account | null> => {
    const answer = await apiRequest("/api/auth/get-session", { schema: sessionAnswerSchema, signal });
    return answer?.user ?? null;
  },
  staleTime: 60_000,
});

const anything = z.unknown();

/** Exchanges the code of a one-time link for a session cookie. Codes: `expired`, `already-used`, `not-found`. */
export async function signInByLink(code: string): Promise<void> {
  await apiRequest("/api/auth/sign-in/one-time-link", { method: "POST", body: { code }, schema: anything });
}

/** Signs in with email and password; `unauthenticated` where they do not match. */
export async function signInByPassword(email: string, password: string): Promise<void> {
  await apiRequest("/api/auth/sign-in/email", { method: "POST", body: { email, password }, schema: anything });
}

/** Ends this browser's session. */
export async function signOut(): Promise<void> {
  await apiRequest("/api/auth/sign-out", { method: "POST", body: {}, schema: anything });
}
