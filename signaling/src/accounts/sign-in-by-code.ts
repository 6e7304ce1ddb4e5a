/** Sign-in codes: used up and written down in one step. */
import { appendAudit } from "../audit/index.ts";
import { CodeRefused, useCode } from "../keys/index.ts";
import type { Store } from "../store/index.ts";

/** A function that uses a code up and tells whose it is; throws CodeRefused. Success and reuse are audited. */
export function signInByCode(store: Store, nowMs: () => number) {
  return async (code: string, address: string): Promise<string> => {
    const audit = { subject: "sign-in-link", address, nowMs: nowMs() };
    try {
      return await store.queries.transaction().execute(async (transaction) => {
        const accountId = await useCode(transaction, "sign-in", code, nowMs());
        await appendAudit(transaction, { ...audit, accountId, action: "sign-in", details: {} });
        return accountId;
      });
    } catch (thrown) {
      if (thrown instanceof CodeRefused && thrown.accountId !== undefined) {
        const { accountId } = thrown;
        const details = { code: thrown.code };
        await store.queries
          .transaction()
          .execute((transaction) => appendAudit(transaction, { ...audit, accountId, action: "deny", details }));
      }
      throw thrown;
    }
  };
}
