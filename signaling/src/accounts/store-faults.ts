/** Accounts that say in words when the store is out of reach: the auth library hides it behind a fault of its own. */
import type { Store } from "../store/index.ts";
import type { Accounts } from "./accounts.ts";

/** Accounts whose questions throw the store's own fault where there is one. */
export function withStoreFaults(accounts: Accounts, store: Store): Accounts {
  const worded = async <Answer>(question: Promise<Answer>): Promise<Answer> => {
    try {
      return await question;
    } catch (thrown) {
      throw store.fault() ?? thrown;
    }
  };
  return {
    whoIs: (headers) => worded(accounts.whoIs(headers)),
    renew: (headers) => worded(accounts.renew(headers)),
    prove: (headers, signed) => worded(accounts.prove(headers, signed)),
    owner: () => worded(accounts.owner()),
  };
}
