/** A signed-in member as the audit log names who acts. */
import type { Actor } from "../audit/audit.ts";
import type { SignedIn } from "./accounts.ts";

/** `address`: where the request came from. */
export function actorOf({ accountId, memberId, email }: SignedIn, address: string): Required<Actor> {
  return { accountId, memberId, who: email, address };
}
