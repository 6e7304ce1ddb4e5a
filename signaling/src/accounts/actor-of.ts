/** Who acts, as rooms write it down. */
import type { SignedIn } from "./accounts.ts";

/** The account, from where, and by which name. */
export function actorOf(account: SignedIn, address: string) {
  return { accountId: account.accountId, address, who: account.email };
}
