/** Ends the session and leaves nothing of the account in this page's memory. */
import { useMutation } from "@tanstack/react-query";
import { signOut } from "../api/accounts.ts";
import { type Trouble, troubleFrom } from "../words/trouble.ts";

/** The action, and why it failed if it did. A new document follows, so that the cache is gone too. */
export function useSignOut(): { signOut(): void; readonly trouble: Trouble | undefined } {
  const mutation = useMutation({
    mutationFn: signOut,
    onSuccess: () => window.location.assign("/sign-in"),
  });
  return {
    signOut: () => mutation.mutate(),
    trouble: mutation.error === null ? undefined : troubleFrom(mutation.error),
  };
}
