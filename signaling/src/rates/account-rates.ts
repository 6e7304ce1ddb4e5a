/** A bound on what one account asks for, however many addresses and sign-ins it uses. Counted where its cookie is read. */
import type { Accounts } from "../accounts/index.ts";
import type { Rates } from "./rates.ts";

/** Accounts whose every request counts; beyond `perMinute` `whoIs` and `renew` throw `rate-limited`. */
export function withAccountRates(accounts: Accounts, rates: Rates, perMinute: number): Accounts {
  const rate = { max: perMinute, timeWindow: 60_000 };
  const count = (accountId: string) => rates.takeHere("requests of your account", rate, accountId);
  return {
    ...accounts,
    whoIs: async (headers) => {
      const account = await accounts.whoIs(headers);
      if (account !== undefined) await count(account.accountId);
      return account;
    },
    renew: async (headers) => {
      const renewed = await accounts.renew(headers);
      if (renewed.account !== undefined) await count(renewed.account.accountId);
      return renewed;
    },
  };
}
