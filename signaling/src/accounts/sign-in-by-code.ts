/** Sign-in codes: used up and written down in one step. */
import { appendAudit } from "../audit/audit.ts";
import { CodeRefused, useCode } from "../keys/index.ts";
import type { Queries, Store } from "../store/index.ts";
import type { Members } from "./members.ts";

/** What it stands on. */
export interface SignInByCodeOptions {
  readonly store: Store;
  readonly members: Members;
  readonly nowMs: () => number;
}

/** A function that uses a code up and tells which member's it is; throws CodeRefused. Success and reuse are audited. */
export function signInByCode({ store, members, nowMs }: SignInByCodeOptions) {
  const write = async (transaction: Queries, memberId: string, address: string, refusedAs?: string) => {
    const member = await members.findIn(transaction, memberId);
    if (member === undefined) return;
    const { accountId, email: who } = member;
    const event = { accountId, memberId, who, address, subject: memberId, nowMs: nowMs() };
    const details = { method: "link", ...(refusedAs === undefined ? {} : { code: refusedAs }) };
    await appendAudit(transaction, { ...event, action: refusedAs === undefined ? "sign-in" : "deny", details });
  };
  return async (code: string, address: string): Promise<string> => {
    try {
      return await store.queries.transaction().execute(async (transaction) => {
        const memberId = await useCode(transaction, "sign-in", code, nowMs());
        await write(transaction, memberId, address);
        return memberId;
      });
    } catch (thrown) {
      if (thrown instanceof CodeRefused && thrown.accountId !== undefined) {
        const { accountId: memberId, code: refusedAs } = thrown;
        await store.queries.transaction().execute((transaction) => write(transaction, memberId, address, refusedAs));
      }
      throw thrown;
    }
  };
}
